import type { ExplainAnswer, IdentityAnswer } from "#contracts/http/identity.ts";
import { isSeen, verdictOn } from "#domain/unify/evidence.ts";
import type { Explanation, Placed } from "#domain/unify/explain-identity.ts";
import { entryWords, linkWords, whyNotWords } from "#domain/unify/identity-words.ts";
import type { JudgedLink } from "#domain/unify/judge-links.ts";
import type { JournalEntry, KnownNode } from "#domain/unify/ports.ts";
import type { IdentityView, ShownNode } from "#domain/unify/read-identity.ts";

/** A profile's identity as it is answered; `rulesInForce` is the version of the identity rules. */
export function identityAnswerOf(view: IdentityView, rulesInForce: number): IdentityAnswer {
	const { record, profileId, members } = view.place;
	const rulesVersion = record?.rules ?? rulesInForce;
	return {
		profileId,
		state: {
			contested: record?.contested ?? false,
			saturated: record?.saturated ?? false,
			pending: record?.pending === true || rulesVersion !== rulesInForce,
			rulesVersion,
			rulesInForce,
			identifiers: members.length,
		},
		identifiers: view.identifiers.map(shownAs),
		links: view.links.map((link) => linkAs(link, profileId)),
		linksLeftOut: view.linksLeftOut,
		journal: view.journal.map(entryAs),
		...(view.cursor !== undefined && { cursor: view.cursor }),
		...(view.journalCursor !== undefined && { journalCursor: view.journalCursor }),
	};
}

/** An explanation as it is answered. */
export function explainAnswerOf(explained: Exclude<Explanation, { kind: "unknown" }>): ExplainAnswer {
	const { kind, a, b, chain } = explained;
	return {
		answer: kind,
		a: placedAs(a),
		b: placedAs(b),
		chain: chain.map((link) => linkAs(link)),
		words: chain.map(linkWords),
	};
}

const nodeAs = ({ id, namespace, value }: KnownNode) => ({ id, namespace, value });

const placedAs = ({ node, place }: Placed) => ({ ...nodeAs(node), profileId: place.profileId });

const shownAs = ({ node, peers, isBlocked, isHub }: ShownNode): IdentityAnswer["identifiers"][number] => ({
	...nodeAs(node),
	firstSeen: node.firstSeen,
	lastSeen: node.lastSeen,
	sources: [...node.sources],
	peers,
	isBlocked,
	isHub,
});

/** Of a link out of the profile that is looked at, its own identifier is the first. */
function linkAs({ edge, places, whyNot, ...ends }: JudgedLink, profileId?: string): IdentityAnswer["links"][number] {
	const verdict = verdictOn(edge);
	const [atA, atB] = places;
	const other = places.find((place) => place.profileId !== profileId);
	const isTurned = atA.profileId !== profileId && atB.profileId === profileId;
	const [a, b] = isTurned ? [ends.b, ends.a] : [ends.a, ends.b];
	const seen = isSeen(edge)
		? { firstSeen: edge.firstSeen, messageId: edge.messageId, source: edge.source }
		: { firstSeen: edge.verdict?.at ?? "", messageId: "", source: "" };
	return {
		a: nodeAs(a),
		b: nodeAs(b),
		...seen,
		...(verdict && { verdict }),
		isFollowed: whyNot === undefined,
		...(whyNot && { why: { code: whyNot.code, words: whyNotWords(whyNot) } }),
		...(profileId !== undefined && other && { otherProfileId: other.profileId }),
	};
}

function causeAs(cause: JournalEntry["cause"]): IdentityAnswer["journal"][number]["cause"] {
	if (cause.kind !== "decision") return cause;
	const { about, ...decision } = cause;
	return { ...decision, ...(about && { about: [...about] }) };
}

function entryAs(entry: JournalEntry): IdentityAnswer["journal"][number] {
	const clusters = (all: JournalEntry["from"]) => all.map(({ id, members }) => ({ id, members: [...members] }));
	const { journalId, at, cause, from, to } = entry;
	return { journalId, at, cause: causeAs(cause), from: clusters(from), to: clusters(to), words: entryWords(entry) };
}
