import type { Normaliser } from "#contracts/definitions/identity.ts";
import type { IdentifierVault, ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import { endsOf, type Statement, type Verdict } from "#domain/unify/evidence.ts";
import type { KnownEdge, KnownNode } from "#domain/unify/ports.ts";
import type { Item } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * An identifier. Each source it came from is an attribute of its own (`from:web`), so that two workers who learn of
 * two sources at once both write without reading.
 */
export type NodeItem = Item & {
	readonly namespace: string;
	/** Sealed. */
	readonly value: string;
	readonly first: string;
	/** The day, once a day at most. */
	readonly last: string;
	readonly home?: string;
	readonly degree?: number;
	readonly hub?: true;
	readonly shared?: true;
	readonly blocked?: Said<boolean>;
	readonly normaliser?: Normaliser;
};

/** What a person said: what, when, and the id of the statement. */
type Said<T extends Json> = readonly [says: T, at: string, id: string];

/** An edge as one of its ends keeps it; the other end keeps the same. */
export type EdgeItem = Item & {
	readonly first: string;
	readonly message: string;
	readonly source: string;
	readonly verdict?: Said<Verdict>;
};

const SOURCE = "from:";

export const sourceAttributes = (sources: readonly string[]): Record<string, 1> =>
	Object.fromEntries(sources.map((source) => [SOURCE + source, 1]));

export function toNode(node: KnownNode, vault: IdentifierVault): NodeItem {
	return {
		...keys.node(node.id),
		namespace: node.namespace,
		value: vault.seal(node.value),
		first: node.firstSeen,
		last: node.lastSeen,
		...(node.normaliser && { normaliser: node.normaliser }),
		...nodeMarks(node),
		...sourceAttributes(node.sources),
	};
}

/** What is known of an identifier beside when and where it was seen, as attributes; what is not so is not among them. */
export const nodeMarks = ({ home, degree, hub, shared, blocked }: KnownNode) => ({
	...(home && { home }),
	...(degree && { degree }),
	...(hub && { hub }),
	...(shared && { shared }),
	...(blocked && { blocked: toSaid(blocked) }),
});

/** The value is unsealed when somebody looks at it, once: to fold an event or judge a segment, nobody needs it. */
export function fromNode(item: NodeItem, vault: IdentifierVault): KnownNode {
	let value: string | undefined;
	return {
		id: seedIdIn(item.pk),
		namespace: item.namespace,
		get value() {
			value ??= vault.open(item.value);
			return value;
		},
		firstSeen: item.first,
		lastSeen: item.last,
		sources: Object.keys(item)
			.filter((name) => name.startsWith(SOURCE))
			.map((name) => name.slice(SOURCE.length))
			.sort(),
		...(item.home && { home: item.home as ProfileId }), // written from a ProfileId
		...(item.degree && { degree: item.degree }),
		...(item.hub && { hub: item.hub }),
		...(item.shared && { shared: item.shared }),
		...(item.blocked && { blocked: fromSaid(item.blocked) }),
		...(item.normaliser && { normaliser: item.normaliser }),
	};
}

const toSaid = <T extends Json>({ says, at, id }: Statement<T>): Said<T> => [says, at, id];

const fromSaid = <T extends Json>([says, at, id]: Said<T>): Statement<T> => ({ says, at, id });

/** An edge as each of its ends keeps it, but for a hub, at which nothing is written. */
export function toEdges(edge: KnownEdge, hubs: ReadonlySet<SeedId>): EdgeItem[] {
	const { a, b, firstSeen: first, messageId: message, source, verdict } = edge;
	const told = { first, message, source, ...(verdict && { verdict: toSaid(verdict) }) };
	const ends: (readonly [SeedId, SeedId])[] = [
		[a, b],
		[b, a],
	];
	return ends.filter(([at]) => !hubs.has(at)).map(([at, other]) => ({ ...keys.edge(at, other), ...told }));
}

export const fromEdge = ({ pk, sk, first, message, source, verdict }: EdgeItem): KnownEdge => ({
	...endsOf(seedIdIn(pk), seedIdIn(sk)),
	firstSeen: first,
	messageId: message,
	source,
	...(verdict && { verdict: fromSaid(verdict) }),
});

/** The seed id in a key of `keys.ts`: what stands behind the letter and `#`. */
const seedIdIn = (part: string): SeedId => part.slice(2) as SeedId; // keys are made of seed ids
