import type { SeedId } from "#domain/model/identifier.ts";
import type { Ends } from "./evidence.ts";
import { holdingOf, together } from "./holding.ts";
import type { ClusterRecord, KnownNode } from "./ports.ts";
import { byRoot, type Ranking } from "./ranking.ts";
import type { After, Before } from "./redrawing.ts";
import { latest } from "./times.ts";
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
		const draft = known ?? (record ? ofRecord(record, ranking) : ofOne(node, ranking, view.nodes.has(node.id)));
		// who comes together in a cluster that was retired once is led from his home: only a look at all of it renames it
		const [root = node] = record?.forwards ? [draft.root] : [draft.root, node].sort(byRoot(ranking));
		replace(drafts.set(node.id, draft), [draft], { ...draft, root });
	}
	return drafts;
}

/** The drafts at the ends of one of the star's edges. */
export function draftsAt({ a, b }: Ends, drafts: Drafts): readonly [Draft, Draft] {
	const [left, right] = [drafts.get(a), drafts.get(b)];
	if (!left || !right) throw new Error("an edge of a star leads out of it");
	return [left, right];
}

/** Makes two drafts one, through an edge that stands at this place in the order. */
export function join(a: Draft, b: Draft, { drafts, ranking, place }: Joining): void {
	const [root = a.root] = [a.root, b.root].sort(byRoot(ranking));
	const holding = together(a, b);
	replace(drafts, [a, b], {
		...holding,
		root,
		members: [...holding.members].sort(),
		denied: [...holding.denied].sort(),
		contested: a.contested || b.contested,
		saturated: a.saturated || b.saturated,
		inexact: a.inexact || b.inexact,
		pending: a.pending || b.pending,
		frontier: [a.frontier, b.frontier, place].reduce(latest),
		before: [...a.before, ...b.before],
	});
}

type Joining = { readonly drafts: Drafts; readonly ranking: Ranking; readonly place: string };

type Marks = Partial<Pick<Draft, "contested" | "saturated" | "inexact" | "pending">>;

export function mark(draft: Draft, marks: Marks, drafts: Drafts): void {
	replace(drafts, [draft], { ...draft, ...marks });
}

function replace(drafts: Drafts, old: readonly Draft[], draft: Draft): void {
	for (const [id, current] of drafts) if (old.includes(current)) drafts.set(id, draft);
}

/** One that a change of many steps is at, or that was decided under other rules, stays so until somebody goes on with it. */
function ofRecord(record: ClusterRecord, { stamp }: Ranking): Draft {
	const { members, unique, counts, denied, contested, saturated, inexact, frontier } = record;
	const pending = record.pending || record.rules !== stamp;
	return {
		root: { ...record.root, id: record.id },
		...{ members, unique, counts, denied, contested, saturated, inexact, pending, frontier },
		before: [{ id: record.id, members, record }],
	};
}

const ofOne = (node: KnownNode, ranking: Ranking, isKnown: boolean): Draft => ({
	...holdingOf(node, ranking),
	root: { id: node.id, namespace: node.namespace, firstSeen: node.firstSeen },
	contested: false,
	saturated: false,
	inexact: false,
	pending: false,
	frontier: "",
	before: isKnown ? [{ id: node.id, members: [node.id] }] : [],
});
