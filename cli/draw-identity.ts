import type { DecisionAnswer, ExplainAnswer, IdentityAnswer } from "#contracts/http/identity.ts";
import { colours, count, plain, table } from "./terminal.ts";

const { bold, dim, green, yellow } = colours;

/** Links a person reads at once; with hundreds they are mostly alike. */
const LINKS_SHOWN = 50;

/** A profile's identity for people: what state it is in, its identifiers, its evidence, its journal. */
export function drawIdentity({ profileId, state, identifiers, links, journal, ...more }: IdentityAnswer): string {
	const rest = more.cursor === undefined ? "" : dim("\nthere are more identifiers: the API pages through them");
	const unshown = more.linksLeftOut + Math.max(0, links.length - LINKS_SHOWN);
	const others = unshown === 0 ? "" : dim(`\n… and ${unshown} more: --json shows up to 300`);
	return [
		`${bold("profile")} ${profileId}: ${count(state.identifiers, "identifier")}${marks(state)}`,
		`\n${bold("identifiers")}\n${table(["namespace", "value", "first seen", "seen with", ""], identifiers.map(identifierRow))}${rest}`,
		links.length === 0
			? `\n${bold("evidence")}: none, it was never seen with another`
			: `\n${bold("evidence")}\n${table(["one", "other", "first seen", "through", "followed"], links.slice(0, LINKS_SHOWN).map(linkRow))}${others}`,
		journal.length === 0
			? `\n${bold("journal")}: empty`
			: `\n${bold("journal")} ${dim("(`tutti identity undo <id>` takes one back)")}\n${table(["when", "what", "id"], journal.map(entryRow))}`,
	].join("\n");
}

function marks({ contested, saturated, pending }: IdentityAnswer["state"]): string {
	const all = [
		...(contested ? ["contested: some evidence points to another person"] : []),
		...(saturated ? ["saturated: it takes no more identifiers"] : []),
		...(pending ? ["drawn by older rules, and brought in line when it is touched"] : []),
	];
	return all.map((mark) => `\n${yellow(mark)}`).join("");
}

const identifierRow = (one: IdentityAnswer["identifiers"][number]) => [
	one.namespace,
	one.value,
	one.firstSeen,
	count(one.peers, "other"),
	[...(one.isBlocked ? ["blocked"] : []), ...(one.isHub ? ["a hub"] : [])].join(", "),
];

const linkRow = ({ a, b, firstSeen, messageId, source, verdict, isFollowed, why }: IdentityAnswer["links"][number]) => [
	named(a),
	named(b),
	firstSeen,
	messageId === "" ? "a decision" : `${messageId} from ${source}`,
	isFollowed ? ["yes", ...(verdict ? [verdict] : [])].join(", ") : `no: ${why?.words ?? "it was denied"}`,
];

const named = ({ namespace, value }: { readonly namespace: string; readonly value: string }) => `${namespace}:${value}`;

const entryRow = ({ at, words, journalId }: IdentityAnswer["journal"][number]) => [at, words, journalId];

const ANSWERS: Readonly<Record<ExplainAnswer["answer"], (is: string) => string>> = {
	one_person: (is) => green(`${is} are one person`),
	two_people: (is) => yellow(`${is} are two people`),
	not_connected: (is) => `${is} are two people, and nothing was ever seen that links them`,
	too_large: (is) => `${is} are two people; there is too much evidence around them to look for what links them`,
};

/** The answer first, then a line for each link of the chain. */
export const drawExplanation = ({ answer, a, b, words }: ExplainAnswer): string =>
	[
		bold(ANSWERS[answer](`${plain(named(a))} and ${plain(named(b))}`)),
		...words.map((line) => `  ${plain(line)}`),
		dim(a.profileId === b.profileId ? `profile ${a.profileId}` : `profiles ${a.profileId} and ${b.profileId}`),
	].join("\n");

/** What a decision changed, and how to take it back. */
export function drawDecision({ decision, journalIds, merged, split, profiles }: DecisionAnswer): string {
	const changed = [
		...merged.map(({ survivor, retired }) => `${count(retired.length, "profile")} became one with ${survivor}`),
		...split.map(({ from, into }) => `${from} became ${count(into.length, "profile")}: ${some(into)}`),
	];
	return [
		`${green("done")}: ${decision}`,
		...(changed.length > 0 ? changed : ["who is who stays as it is; the decision stands for what comes"]).map(
			(line) => `  ${line}`,
		),
		...(profiles.length > 0 ? [dim(`  concerns ${some(profiles)}`)] : []),
		...takenBack(journalIds),
	].join("\n");
}

/** The first of many ids. */
const some = (ids: readonly string[]): string =>
	ids.length > IDS_SHOWN
		? `${ids.slice(0, IDS_SHOWN).join(", ")} … and ${ids.length - IDS_SHOWN} more (--json)`
		: ids.join(", ");

const IDS_SHOWN = 5;

function takenBack(journalIds: readonly string[]): string[] {
	const [first, ...others] = journalIds;
	if (first === undefined) return [];
	const line = dim(`\`tutti identity undo ${first}\` takes it back`);
	return others.length === 0
		? [line]
		: [line, dim(`it was written in ${journalIds.length} steps: --json lists their ids`)];
}
