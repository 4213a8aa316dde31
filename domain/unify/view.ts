import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { edgeKey } from "./evidence.ts";
import type { ClusterRecord, KnownEdge, KnownNode } from "./ports.ts";

/** What was read of the graph around some identifiers. What is not in it was never seen. */
export type View = {
	readonly nodes: ReadonlyMap<SeedId, KnownNode>;
	/** By `edgeKey`. */
	readonly edges: ReadonlyMap<string, KnownEdge>;
	/** The records of all clusters that were passed on the way from the nodes' homes to where they are now. */
	readonly records: ReadonlyMap<ProfileId, ClusterRecord>;
};

export const viewOf = (read: {
	readonly nodes: readonly KnownNode[];
	readonly edges?: readonly KnownEdge[];
	readonly records?: readonly ClusterRecord[];
}): View => ({
	nodes: new Map(read.nodes.map((node) => [node.id, node])),
	edges: new Map((read.edges ?? []).map((edge) => [edgeKey(edge), edge])),
	records: new Map((read.records ?? []).map((record) => [record.id, record])),
});

/** What was read does not fit together, because it changed meanwhile. To read it again cures it. */
export class ChangedWhileRead extends Error {
	constructor() {
		super("the identity graph changed while it was read");
		this.name = "ChangedWhileRead";
	}
}

/** Where an identifier is now, or the record that must be read to know. */
export type Way =
	| { readonly kind: "live"; readonly record: ClusterRecord }
	| { readonly kind: "unread"; readonly id: ProfileId };

/**
 * Follows an identifier from the cluster it was first linked in to the one it is in now. Every record that an identifier was
 * ever a member of leads it on: by name if it left alone, else by the pointer that all members followed. Throws
 * `ChangedWhileRead` when records lead in a circle, or to one that does not know it, as they never do in the store.
 */
export function follow(node: { readonly id: SeedId; readonly home: ProfileId }, records: View["records"]): Way {
	let id = node.home;
	for (let hops = 0; hops <= records.size; hops++) {
		const record = records.get(id);
		if (!record) return { kind: "unread", id };
		if (record.members.includes(node.id)) return { kind: "live", record };
		const next = record.moved[node.id] ?? record.mergedInto ?? record.forwards;
		if (next === undefined) throw new ChangedWhileRead();
		id = next;
	}
	throw new ChangedWhileRead();
}

/** The cluster an identifier is in; undefined for one that was never seen with another. */
export function clusterOf({ id, home }: KnownNode, records: View["records"]): ClusterRecord | undefined {
	const way = home === undefined ? undefined : follow({ id, home }, records);
	if (way?.kind === "unread") throw new ChangedWhileRead();
	return way?.record;
}
