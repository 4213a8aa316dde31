import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ClusterAt } from "./outline.ts";
import type { ChangeCause, ClusterRecord } from "./ports.ts";
import type { After, Before, Redrawing } from "./redrawing.ts";

/** The lineage of each cluster that shall be. */
export type Lineages = ReadonlyMap<ProfileId, ClusterRecord["lineage"]>;

/** The records of the clusters that are no more: each leads to where its root went. */
export const retired = (before: readonly Before[], clusterAt: ClusterAt): ClusterRecord[] =>
	before.flatMap(({ id, record }) => {
		if (!record || clusterAt(id).root.id === id) return [];
		const { version, root, rules, changedAt, forwards } = record;
		// who came this way before it was a cluster again still does; its members are led by name
		const mergedInto = forwards ?? clusterAt(id).root.id;
		const moved = ledBy(record, clusterAt, mergedInto);
		return [{ ...EMPTY, id, version, root, moved, rules, changedAt, mergedInto }];
	});

/** Whom a record leads by name, once its members are where they shall be: those who do not go where it leads everybody. */
function ledBy({ moved, members }: ClusterRecord, clusterAt: ClusterAt, way: ProfileId): ClusterRecord["moved"] {
	const left = members.map((id) => [id, clusterAt(id).root.id] as const);
	const isLed = new Set(members);
	return Object.fromEntries([
		...Object.entries(moved).filter(([id]) => !isLed.has(id as SeedId)),
		...left.filter(([, to]) => to !== way),
	]);
}

/** What is left of a record when its members went elsewhere. */
const EMPTY = {
	members: [],
	unique: {},
	counts: {},
	denied: [],
	contested: false,
	saturated: false,
	inexact: false,
	pending: false,
	frontier: "",
	lineage: [],
	unsettled: [],
} satisfies Partial<ClusterRecord>;

type Drawn = {
	readonly changed: ReadonlySet<ProfileId>;
	readonly lineages: Lineages;
	/** The cluster that remembers who else changed: the center's, for there the pass looks, also when its event comes again. */
	readonly keeper: ProfileId;
};

/** The records of the clusters that shall be, as far as they are not so already. */
export function live(redrawing: Redrawing, { changed, lineages, keeper }: Drawn): ClusterRecord[] {
	const { after, records, touched, occasion } = redrawing;
	const isKeeping = ({ root }: After): boolean => root.id === keeper && changed.size > 0;
	const isTouched = ({ members }: After): boolean => members.some((id) => touched.has(id));
	return after
		.filter((cluster) => isKeeping(cluster) || isTouched(cluster) || !stands(cluster, redrawing))
		.map(({ root: { id, namespace, firstSeen }, ...cluster }) => {
			const record = records.get(id);
			const unsettled = id === keeper ? unsettledWith(id, redrawing, changed) : (record?.unsettled ?? []);
			const { changedAt = "" } = record ?? {};
			const moved = record ? ledFrom(record, redrawing, cluster.members) : {};
			const lineage = lineages.get(id) ?? [];
			const rules = occasion.stamp;
			const forwards = record?.mergedInto ?? record?.forwards;
			return {
				...(forwards && { forwards }),
				...(cluster.pending && { begun: begunBy(record, occasion) }),
				id,
				version: 0,
				root: { namespace, firstSeen },
				...cluster,
				rules,
				lineage,
				changedAt,
				moved,
				unsettled,
			};
		});
}

/** Why a change is under way: what began it, or other rules than the cluster was decided under. */
function begunBy(record: ClusterRecord | undefined, { cause, stamp }: Redrawing["occasion"]): ChangeCause {
	const isLive = record !== undefined && record.mergedInto === undefined;
	if (isLive && record.rules !== stamp) return { kind: "rules", version: stamp };
	return record?.begun ?? cause;
}

/** Whom the record of a cluster that shall be leads by name: whoever left, and not those who are back. */
function ledFrom(record: ClusterRecord, { after }: Redrawing, members: readonly SeedId[]): ClusterRecord["moved"] {
	const at = new Map(after.flatMap((cluster) => cluster.members.map((id) => [id, cluster.root.id] as const)));
	const stay = new Set<string>(members);
	const left = record.members.flatMap((id) => (stay.has(id) ? [] : [[id, at.get(id) ?? id] as const]));
	return Object.fromEntries([...Object.entries(record.moved).filter(([id]) => !stay.has(id)), ...left]);
}

/** Whether there is nothing to write: the record says all this already, or there is none and nothing to say. */
function stands(cluster: After, { records, before, occasion }: Redrawing): boolean {
	const record = records.get(cluster.root.id);
	if (!record) return isPlain(cluster) && before.some(({ id, record }) => id === cluster.root.id && !record);
	return (
		record.root.firstSeen === cluster.root.firstSeen &&
		record.rules === occasion.stamp &&
		record.frontier >= cluster.frontier &&
		record.members.join() === cluster.members.join() &&
		record.denied.join() === cluster.denied.join() &&
		MARKS.every((mark) => record[mark] === cluster[mark])
	);
}

const MARKS = ["contested", "saturated", "inexact", "pending"] as const;

const isPlain = (cluster: After): boolean =>
	cluster.members.length === 1 && cluster.denied.length === 0 && MARKS.every((mark) => !cluster[mark]);

/** Who must be brought in line beside the cluster with the center: who changed with it, and what was left undone. */
function unsettledWith(id: ProfileId, { before }: Redrawing, changed: ReadonlySet<ProfileId>): ProfileId[] {
	const left = before.flatMap(({ record }) => record?.unsettled ?? []);
	return [...new Set([...changed, ...left])].filter((other) => other !== id).sort();
}
