import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ClusterRecord, Merged } from "./ports.ts";
import type { After, Before } from "./redrawing.ts";

type Redrawn = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	readonly clusterAt: (id: SeedId) => After;
	/** When and through what profiles become part of others now. */
	readonly told: Omit<Merged, "profileId">;
};

/**
 * The lineage of each cluster that shall be. A profile's id is the seed id of one of its identifiers, so who split off
 * again takes his history with him: what stays is that of the identifiers that do.
 */
export function lineageOf({ before, after, clusterAt, told }: Redrawn): Map<ProfileId, ClusterRecord["lineage"]> {
	const merged = new Map<ProfileId, Merged>();
	for (const one of before.flatMap(({ record }) => record?.lineage ?? [])) {
		const known = merged.get(one.profileId);
		if (!known || known.mergedAt < one.mergedAt) merged.set(one.profileId, one);
	}
	for (const { id } of before) if (clusterAt(id).root.id !== id) merged.set(id, { profileId: id, ...told });
	return new Map(
		after.map(({ root, members }) => [
			root.id,
			members.flatMap((id) => (id === root.id ? [] : (merged.get(id) ?? []))),
		]),
	);
}
