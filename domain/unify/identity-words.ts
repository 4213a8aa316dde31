import type { Identifier } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";
import { isSeen, verdictOn } from "./evidence.ts";
import type { JournalEntry, KnownEdge } from "./ports.ts";

/** Why an edge does not make its two identifiers one person; with what it takes to say so. */
export type WhyNot =
	| { readonly code: "blocked"; readonly who: Identifier }
	| { readonly code: "hub"; readonly who: Identifier; readonly maxPeers?: number }
	| { readonly code: "shared"; readonly who: Identifier; readonly namespace: string }
	| { readonly code: "denied" }
	| { readonly code: "taken_back" }
	| { readonly code: "kept_apart"; readonly a: Identifier; readonly b: Identifier }
	| { readonly code: "two_of_unique"; readonly a: Identifier; readonly b: Identifier }
	| { readonly code: "too_many"; readonly namespace: string; readonly max: number; readonly would: number }
	| { readonly code: "full"; readonly max: number; readonly would: number }
	| { readonly code: "inexact" }
	| { readonly code: "pending" };

/** An edge as it is told: who, when, through what, and why it does not count. */
export type Link = {
	readonly edge: Pick<KnownEdge, "firstSeen" | "messageId" | "source" | "verdict">;
	readonly a: Identifier;
	readonly b: Identifier;
	readonly whyNot?: WhyNot;
};

/** One link of the chain of evidence, in plain words. */
export function linkWords(link: Link): string {
	const seen = seenWords(link);
	return link.whyNot ? `${seen}; this is not followed: ${whyNotWords(link.whyNot)}` : seen;
}

function seenWords({ a, b, edge }: Link): string {
	const both = `${name(a)} and ${name(b)}`;
	const verdict = verdictOn(edge);
	if (!isSeen(edge)) {
		const said = verdict === "deny" ? "two people" : "one person";
		return `${both} are ${said}: somebody decided so on ${minute(edge.verdict?.at ?? "")}`;
	}
	const seen = `${both} were seen together first on ${minute(edge.firstSeen)} (event ${edge.messageId} from ${edge.source})`;
	return verdict === "allow" ? `${seen}, and somebody decided that they are one person` : seen;
}

/** Why an edge is not followed, as the end of a sentence. */
export function whyNotWords(why: WhyNot): string {
	switch (why.code) {
		case "blocked":
			return `${name(why.who)} is blocked, so it points at nobody`;
		case "hub":
			return `${name(why.who)} was seen with ${why.maxPeers === undefined ? "too many" : `more than ${why.maxPeers}`} other identifiers, so it is a hub and points at nobody`;
		case "shared":
			return `${name(why.who)} is used with more than one ${spaced(why.namespace)}, and the rules isolate what is shared`;
		case "denied":
			return "somebody decided that they are two people";
		case "taken_back":
			return "it was a decision alone, and it was taken back";
		case "kept_apart":
			return `it would make one person of ${name(why.a)} and ${name(why.b)}, and somebody decided that they are two`;
		case "two_of_unique":
			return `it would put two ${plural(why.a.namespace)}, ${inOrder(why.a.value, why.b.value)}, into one person`;
		case "too_many":
			return `it would give one person ${why.would} ${plural(why.namespace)}, and the rules allow ${why.max}`;
		case "full":
			return `it would give one person ${why.would} identifiers, and the limit is ${why.max}`;
		case "inexact":
			return "the evidence around it is too large to be looked at whole, so it is kept and not followed";
		case "pending":
			return "the rules or the evidence changed, and the profile was not brought in line yet";
	}
}

/** The same words whichever end of the link they are asked from. */
const inOrder = (x: string, y: string): string => [x, y].sort(compareText).join(" and ");

/** What an entry of the journal says happened, and why. */
export const entryWords = (entry: Pick<JournalEntry, "from" | "to" | "cause">): string =>
	`${changeWords(entry)} ${causeWords(entry.cause)}`;

function changeWords({ from, to }: Pick<JournalEntry, "from" | "to">): string {
	if (from.length === 0 && to.length === 0) return "who is who stayed as it was";
	if (from.length === 0 && to.length === 1) return "the profile began";
	if (from.length === 1 && to.length === 1) return growthWords(sizeOf(to) - sizeOf(from));
	if (from.length === to.length) return `${to.length} profiles were redrawn`;
	const after = to.length === 1 ? "one" : `${to.length}`;
	return from.length === 1 ? `one profile became ${after}` : `${from.length} profiles became ${after}`;
}

const sizeOf = (clusters: JournalEntry["to"]): number => clusters.reduce((sum, { members }) => sum + members.length, 0);

function growthWords(by: number): string {
	if (by === 0) return "the profile has other identifiers";
	return `the profile ${by > 0 ? "got" : "lost"} ${Math.abs(by) === 1 ? "an identifier" : `${Math.abs(by)} identifiers`}`;
}

function causeWords(cause: JournalEntry["cause"]): string {
	switch (cause.kind) {
		case "event":
			return `through event ${cause.messageId} from ${cause.source}`;
		case "decision":
			return `because ${cause.by} decided ${cause.decision}${cause.reason === undefined ? "" : `: ${cause.reason}`}`;
		case "rules":
			return `by version ${cause.version} of the identity rules`;
	}
}

const name = ({ namespace, value }: Identifier): string => `${namespace} ${value}`;

/** `2026-11-03 10:12`, UTC. */
const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");

const spaced = (namespace: string): string => namespace.replaceAll("_", " ");

const plural = (namespace: string): string => {
	const words = spaced(namespace);
	return words.endsWith("s") ? words : `${words}s`;
};
