import fc from "fast-check";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import { type Evidence, type EvidenceEdge, type EvidenceNode, edgeKey, endsOf } from "#domain/unify/evidence.ts";
import type { Identified } from "#domain/unify/star.ts";
import { happenedAt } from "#test/support/event-times.ts";

/** Two unique namespaces of which one is not the strongest, two others, and a blocked address. */
export const LOYAL: IdentityRules = {
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true, blocked: [] },
		{ namespace: "loyalty", unique: true, blocked: [] },
		{ namespace: "email", unique: false, blocked: ["fake"] },
		{ namespace: "anonymous_id", unique: false, blocked: [] },
	],
};

/** All that rules can say at once, and small: few cards, few peers, a tablet that is nobody's when two people use it. */
export const STRICT: IdentityRules = {
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true, blocked: [] },
		{ namespace: "loyalty", unique: true, maxPeers: 3, blocked: [] },
		{ namespace: "card", unique: false, max: 2, blocked: [] },
		{ namespace: "email", unique: false, maxPeers: 3, blocked: ["fake"] },
		{ namespace: "tablet", unique: false, onShared: "isolate", blocked: [] },
		{ namespace: "anonymous_id", unique: false, maxPeers: 4, blocked: [] },
	],
};

const NAMESPACES: { readonly [letter: string]: string } = {
	u: "user_id",
	l: "loyalty",
	c: "card",
	e: "email",
	t: "tablet",
	a: "anonymous_id",
};

/** The identifier that a short name such as `u:ada` stands for; the name is its seed id as well. */
export function nodeId(name: string): Omit<EvidenceNode, "firstSeen"> {
	const [letter = "", value = ""] = name.split(":");
	return { id: name as SeedId, namespace: NAMESPACES[letter] ?? letter, value };
}

/** Evidence of edges, each with the time it was first seen; a node is as old as its oldest edge. */
export function evidence(seen: readonly (readonly [string, string, string])[]): Evidence {
	const nodes = new Map<string, EvidenceNode>();
	const edges = new Map<string, EvidenceEdge>();
	for (const [x, y, firstSeen] of seen) {
		for (const name of [x, y]) {
			const known = nodes.get(name);
			if (!known || firstSeen < known.firstSeen) nodes.set(name, { ...nodeId(name), firstSeen });
		}
		const edge = { ...endsOf(x as SeedId, y as SeedId), firstSeen };
		const known = edges.get(edgeKey(edge));
		if (!known || firstSeen < known.firstSeen) edges.set(edgeKey(edge), edge);
	}
	return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** A short name: few of the strong kinds, more of the weak, so that people do meet. */
const aName = fc.oneof(
	fc.constantFrom("u:1", "u:2", "u:3", "u:4"),
	fc.constantFrom("l:1", "l:2", "l:3"),
	fc.constantFrom("e:1", "e:2", "e:3", "e:fake"),
	fc.constantFrom("a:1", "a:2", "a:3", "a:4", "a:5", "a:6"),
);

/** A short name of any kind of `STRICT`, so few of each that everybody is in everybody's way. */
export const aStrictName = fc.oneof(
	fc.constantFrom("u:1", "u:2", "u:3"),
	fc.constantFrom("l:1", "l:2"),
	fc.constantFrom("c:1", "c:2", "c:3"),
	fc.constantFrom("e:1", "e:2", "e:3"),
	fc.constantFrom("t:1", "t:2"),
	fc.constantFrom("a:1", "a:2", "a:3", "a:4", "a:5"),
);

const aTime = fc.integer({ min: 0, max: 59 }).map((minute) => new Date(minute * 60_000).toISOString());

export const anEvidence: fc.Arbitrary<Evidence> = fc
	.array(fc.tuple(aName, aName, aTime), { minLength: 1, maxLength: 25 })
	.map((seen) => evidence(seen.filter(([x, y]) => x !== y)));

const aVerdict = fc.record({
	says: fc.constantFrom("allow", "deny", "none"),
	at: aTime,
	id: fc.constantFrom("s:1", "s:2"),
});
const aBlock = fc.record({ says: fc.boolean(), at: aTime, id: fc.constantFrom("s:1", "s:2") });

/** Evidence of all kinds of `STRICT`, with what people said of it. */
export const aStrictEvidence: fc.Arbitrary<Evidence> = fc
	.record({
		seen: fc.array(fc.tuple(aStrictName, aStrictName, aTime), { minLength: 1, maxLength: 30 }),
		verdicts: fc.infiniteStream(fc.option(aVerdict, { freq: 4 })),
		blocks: fc.infiniteStream(fc.option(aBlock, { freq: 8 })),
	})
	.map(({ seen, verdicts, blocks }) => {
		const { nodes, edges } = evidence(seen.filter(([x, y]) => x !== y));
		return {
			nodes: nodes.map((node) => given(node, "blocked", blocks)),
			edges: edges.map((edge) => given(edge, "verdict", verdicts)),
		};
	});

function given<T extends object, S>(thing: T, name: string, statements: Iterator<S | null>): T {
	const statement = statements.next().value;
	return statement ? { ...thing, [name]: statement } : thing;
}

/** The same things in another order, drawn from a stream of numbers. */
export function shuffled<T>(things: readonly T[], random: Iterator<number>): T[] {
	const keyed = things.map((thing) => ({ thing, key: random.next().value as number }));
	return keyed.sort((x, y) => x.key - y.key).map(({ thing }) => thing);
}

/** The identifiers some events carried, each event with its time. */
export type Seen = { readonly names: readonly string[]; readonly at: string };

/** The strongest kind first. */
export const strength = (name: string): number => "ulceta".indexOf(name[0] ?? "");

/** An event with one to three identifiers, of each kind one at most, as `identifiersOf` finds them: strongest first, none blocked. */
export const aSighting: fc.Arbitrary<Seen> = fc.record({
	names: fc
		.uniqueArray(
			aName.filter((name) => name !== "e:fake"),
			{ minLength: 1, maxLength: 3, selector: strength },
		)
		.map((names) => names.toSorted((x, y) => strength(x) - strength(y))),
	at: aTime,
});

/** The same of the kinds of `STRICT`; mostly two or three identifiers, for one alone says little. */
export const aStrictSighting: fc.Arbitrary<Seen> = fc.record({
	names: fc
		.uniqueArray(aStrictName, { minLength: 1, maxLength: 3, size: "max", selector: strength })
		.map((names) => names.toSorted((x, y) => strength(x) - strength(y))),
	at: aTime,
});

/** What a person may decide in a law: of two short names, of one, or of something that stands in a journal by then. */
export type Wish =
	| { readonly kind: "allow" | "deny"; readonly a: string; readonly b: string }
	| { readonly kind: "block" | "unblock"; readonly name: string }
	| { readonly kind: "undo"; readonly entry: number };

export const aWish: fc.Arbitrary<Wish> = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("allow", "deny"), a: aStrictName, b: aStrictName }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("block", "unblock"), name: aStrictName }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("undo"), entry: fc.nat() }) },
);

/** All that events say together: each identifier, and an edge from the strongest of an event to each other one. */
export function evidenceOf(events: readonly Seen[]): Evidence {
	const pairs = events.flatMap(({ names: [strongest = "", ...others], at }) =>
		others.map((name) => [strongest, name, at] as const),
	);
	const first = new Map<string, string>();
	for (const { names, at } of events) {
		for (const name of names) first.set(name, [first.get(name) ?? at, at].sort()[0] ?? at);
	}
	const nodes = [...first].map(([name, firstSeen]) => ({ ...nodeId(name), firstSeen }));
	return { nodes, edges: evidence(pairs).edges };
}

/** A vault that hides nothing: the seed id of a short name is the name. */
export const openVault: IdentifierVault = {
	seedId: ({ namespace, value }) => {
		const letter = Object.keys(NAMESPACES).find((key) => NAMESPACES[key] === namespace);
		return `${letter}:${value}` as SeedId;
	},
	seal: (value) => value,
	open: (sealed) => sealed,
};

/** The event that carried these identifiers, as the stream gets it. */
export function identified({ names, at }: Seen, messageId: string): Identified {
	return {
		event: { messageId, type: "track", event: "Seen", context: {}, source: "web", ...happenedAt(at) },
		identifiers: names.map(nodeId) as unknown as Identified["identifiers"], // an event has one at least
	};
}
