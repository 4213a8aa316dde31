import type { SeedId } from "#domain/model/identifier.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { type Evidence, edgeKey, NEVER } from "#domain/unify/evidence.ts";
import type { ClusterRecord, IdentityGraph, KnownEdge, KnownNode } from "#domain/unify/ports.ts";
import type { VersionedRules } from "#domain/unify/ranking.ts";

type Read = Pick<IdentityGraph, "look" | "records" | "edgesOf">;

/** A graph that holds what the definition says of some evidence: for reading only. Each edge has a message of its own. */
export function graphOf(evidence: Evidence, rules: VersionedRules): Read {
	const found = clusters(evidence, rules);
	const home = new Map(found.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
	const records = new Map(found.map((cluster) => [cluster.id, recordOf(cluster, rules)]));
	const edges = evidence.edges.map((edge): KnownEdge => {
		const message = edge.firstSeen === NEVER ? "" : `m ${edgeKey(edge)}`;
		return { ...edge, messageId: message, source: message === "" ? "" : "web" };
	});
	const nodes = new Map(
		evidence.nodes.map((node): [SeedId, KnownNode] => {
			const at = home.get(node.id);
			const degree = edges.filter(({ a, b, messageId }) => messageId !== "" && (a === node.id || b === node.id)).length;
			return [node.id, { ...node, lastSeen: "2026-01-01", sources: ["web"], degree, ...(at && { home: at }) }];
		}),
	);
	return {
		look: async (asked) => ({
			nodes: asked.nodes.flatMap((id) => nodes.get(id) ?? []),
			edges: edges.filter((edge) => asked.edges.some((one) => edgeKey(one) === edgeKey(edge))),
		}),
		records: async (ids) => ids.flatMap((id) => records.get(id) ?? []),
		edgesOf: async (id, limit) => edges.filter(({ a, b }) => a === id || b === id).slice(0, limit),
	};
}

const recordOf = (
	{ root, ...cluster }: ReturnType<typeof clusters>[number],
	{ version = 0 }: VersionedRules,
): ClusterRecord => ({
	...cluster,
	version: 1,
	root: { namespace: root.namespace, firstSeen: root.firstSeen },
	inexact: false,
	pending: false,
	rules: version,
	lineage: [],
	changedAt: "",
	moved: {},
	unsettled: [],
});
