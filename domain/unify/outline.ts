import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { After, Before } from "./redrawing.ts";

/** The cluster that an identifier is going to be in. */
export type ClusterAt = (id: SeedId) => After;

/** Who became one, who became several, and who was where. */
export type Outline = {
	readonly from: readonly Before[];
	readonly to: readonly Named[];
	readonly merged: readonly { readonly survivor: ProfileId; readonly retired: readonly ProfileId[] }[];
	readonly split: readonly { readonly from: ProfileId; readonly into: readonly ProfileId[] }[];
	readonly was: ReadonlyMap<SeedId, ProfileId>;
};
type Named = After & { readonly id: ProfileId };

/** Who became one, who became several, and which clusters are others than before; undefined when nobody is. */
export function outlineOf(
	before: readonly Before[],
	after: readonly After[],
	clusterAt: ClusterAt,
): Outline | undefined {
	const had = new Map(before.map((cluster) => [cluster.id, cluster.members.join()]));
	const was = new Map(before.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
	const isNewAndAlone = ({ root, members }: After) => members.length === 1 && !was.has(root.id);
	const to = after.filter((cluster) => had.get(cluster.root.id) !== cluster.members.join() && !isNewAndAlone(cluster));
	if (to.length === 0) return undefined;
	const has = new Map(after.map(({ root, members }) => [root.id, members.join()]));
	const from = before.filter(({ id, members }) => has.get(id) !== members.join());
	const gone = from.filter(({ id }) => clusterAt(id).root.id !== id);
	const split = from.flatMap(({ id, members }) => {
		const into = [...new Set(members.map((member) => clusterAt(member).root.id))].sort();
		return into.length > 1 ? [{ from: id, into }] : [];
	});
	return {
		from,
		to: to.map((cluster) => ({ ...cluster, id: cluster.root.id })),
		merged: [...Map.groupBy(gone, ({ id }) => clusterAt(id).root.id)].map(([survivor, retired]) => ({
			survivor,
			retired: retired.map(({ id }) => id).sort(),
		})),
		split,
		was,
	};
}
