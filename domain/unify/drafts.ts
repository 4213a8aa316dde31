import type { SeedId } from "#domain/model/identifier.ts";
import { byRoot, type EvidenceEdge, type Ranking } from "./evidence.ts";
import type { After, Before } from "./plan-structure.ts";
import type { ClusterRecord, KnownNode } from "./ports.ts";
import { clusterOf, type View } from "./view.ts";

/** A cluster while a star's edges are put in: what it is going to be, and what it is made of. */
export type Draft = After & { readonly before: readonly Before[] };

/** The draft that each identifier of the star is in. */
export type Drafts = Map<SeedId, Draft>;

/** The clusters of a star's identifiers as they are known; where an identifier is now seen earlier, with their new root. */
export function draftsOf(nodes: readonly KnownNode[], view: View, ranking: Ranking): Drafts {
	const drafts: Drafts = new Map();
	for (const node of nodes) {
		const record = clusterOf(node, view.records);
		const known = [...drafts.values()].find(({ before }) => record !== undefined && before[0]?.id === record.id);
		const draft = known ?? (record ? ofRecord(record) : ofOne(node, ranking, view.nodes.has(node.id)));
		const [root = node] = [draft.root, node].sort(byRoot(ranking));
		replace(drafts.set(node.id, draft), [draft], { ...draft, root });
	}
	return drafts;
}

/** The drafts at the ends of one of the star's edges. */
export function draftsAt({ a, b }: Pick<EvidenceEdge, "a" | "b">, drafts: Drafts): readonly [Draft, Draft] {
	const [left, right] = [drafts.get(a), drafts.get(b)];
	if (!left || !right) throw new Error("an edge of a star leads out of it");
	return [left, right];
}

export function join(a: Draft, b: Draft, { drafts, ranking }: { drafts: Drafts; ranking: Ranking }): void {
	const [root = a.root] = [a.root, b.root].sort(byRoot(ranking));
	replace(drafts, [a, b], {
		root,
		members: [...a.members, ...b.members].sort(),
		unique: { ...a.unique, ...b.unique },
		contested: a.contested || b.contested,
		saturated: a.saturated || b.saturated,
		before: [...a.before, ...b.before],
	});
}

export function mark(draft: Draft, marks: Partial<Pick<Draft, "contested" | "saturated">>, drafts: Drafts): void {
	replace(drafts, [draft], { ...draft, ...marks });
}

function replace(drafts: Drafts, old: readonly Draft[], draft: Draft): void {
	for (const [id, current] of drafts) if (old.includes(current)) drafts.set(id, draft);
}

const ofRecord = (record: ClusterRecord): Draft => ({
	root: { ...record.root, id: record.id },
	members: record.members,
	unique: record.unique,
	contested: record.contested,
	saturated: record.saturated,
	before: [{ id: record.id, members: record.members, record }],
});

const ofOne = ({ id, namespace, firstSeen }: KnownNode, { isUnique }: Ranking, isKnown: boolean): Draft => ({
	root: { id, namespace, firstSeen },
	members: [id],
	unique: isUnique(namespace) ? { [namespace]: id } : {},
	contested: false,
	saturated: false,
	before: isKnown ? [{ id, members: [id] }] : [],
});
