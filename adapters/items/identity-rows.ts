import type { IdentifierVault, ProfileId, SeedId } from "#domain/model/identifier.ts";
import { endsOf } from "#domain/unify/evidence.ts";
import type { ClusterRecord, KnownEdge, KnownNode } from "#domain/unify/ports.ts";
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
};

/** An edge as one of its ends keeps it; the other end keeps the same. */
export type EdgeItem = Item & { readonly first: string; readonly message: string; readonly source: string };

/** A cluster. What is false or empty is not written. */
export type RecordItem = Item & {
	readonly version: number;
	readonly members?: readonly SeedId[];
	readonly namespace: string;
	readonly first: string;
	readonly unique?: { readonly [namespace: string]: SeedId };
	readonly contested?: true;
	readonly saturated?: true;
	readonly into?: ProfileId;
	readonly moved?: { readonly [id: SeedId]: ProfileId };
	readonly unsettled?: readonly ProfileId[];
};

const SOURCE = "from:";

export const sourceAttributes = (sources: readonly string[]): Record<string, 1> =>
	Object.fromEntries(sources.map((source) => [SOURCE + source, 1]));

export function toNode({ id, namespace, value, home, ...node }: KnownNode, vault: IdentifierVault): NodeItem {
	return {
		...keys.node(id),
		namespace,
		value: vault.seal(value),
		first: node.firstSeen,
		last: node.lastSeen,
		...(home && { home }),
		...sourceAttributes(node.sources),
	};
}

/** The value is unsealed when somebody looks at it: to fold an event or judge a segment, nobody needs it. */
export function fromNode(item: NodeItem, vault: IdentifierVault): KnownNode {
	return {
		id: seedIdIn(item.pk),
		namespace: item.namespace,
		get value() {
			return vault.open(item.value);
		},
		firstSeen: item.first,
		lastSeen: item.last,
		sources: Object.keys(item)
			.filter((name) => name.startsWith(SOURCE))
			.map((name) => name.slice(SOURCE.length))
			.sort(),
		...(item.home && { home: item.home as ProfileId }), // written from a ProfileId
	};
}

export function toEdges({ a, b, firstSeen: first, messageId: message, source }: KnownEdge): EdgeItem[] {
	const told = { first, message, source };
	return [
		{ ...keys.edge(a, b), ...told },
		{ ...keys.edge(b, a), ...told },
	];
}

export const fromEdge = ({ pk, sk, first, message, source }: EdgeItem): KnownEdge => ({
	...endsOf(seedIdIn(pk), seedIdIn(sk)),
	firstSeen: first,
	messageId: message,
	source,
});

export function toRecord({ id, version, members, root, unique, mergedInto, ...record }: ClusterRecord): RecordItem {
	return {
		...keys.cluster(id),
		version,
		namespace: root.namespace,
		first: root.firstSeen,
		...(members.length > 0 && { members }),
		...(Object.keys(unique).length > 0 && { unique }),
		...(record.contested && { contested: true }),
		...(record.saturated && { saturated: true }),
		...(mergedInto && { into: mergedInto }),
		...(Object.keys(record.moved).length > 0 && { moved: record.moved }),
		...(record.unsettled.length > 0 && { unsettled: record.unsettled }),
	};
}

export const fromRecord = ({ pk, version, namespace, first, into, ...item }: RecordItem): ClusterRecord => ({
	id: seedIdIn(pk),
	version,
	members: item.members ?? [],
	root: { namespace, firstSeen: first },
	unique: item.unique ?? {},
	contested: item.contested ?? false,
	saturated: item.saturated ?? false,
	...(into && { mergedInto: into }),
	moved: item.moved ?? {},
	unsettled: item.unsettled ?? [],
});

/** The seed id in a key of `keys.ts`: what stands behind the letter and `#`. */
const seedIdIn = (part: string): SeedId => part.slice(2) as SeedId; // keys are made of seed ids
