import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ResolveDeps } from "./finish.ts";
import { freshFrom, namedFrom } from "./named-from.ts";
import type { ClusterRecord, IdentityGraph } from "./ports.ts";
import type { Place } from "./read-profile.ts";
import { resolveAgain } from "./resolve-again.ts";
import type { Identified } from "./star.ts";

/** Those whose memberships are to be brought in line with some profiles. */
export type Waiting = {
	readonly live: readonly ProfileId[];
	/** They became part of others. */
	readonly retired: readonly ProfileId[];
	/** The records that say so, for `settle`; none while somebody is still at a change that they name. */
	readonly records: readonly ClusterRecord[];
};

/** Whether profiles that changed together with this one still wait to be brought in line. */
export const isUnsettled = ({ unsettled }: Pick<ClusterRecord, "unsettled">): boolean => unsettled.length > 0;

/**
 * The identifiers of an event whose clusters tell who changed with it: the strongest, and where that is a hub, at which
 * nothing is written, the others.
 */
export function toldAt(
	[strongest, ...others]: Identified["identifiers"],
	places: ReadonlyMap<SeedId, Pick<Place, "isHub">>,
): SeedId[] {
	return [strongest, ...(places.get(strongest.id)?.isHub ? others : [])].map(({ id }) => id);
}

/**
 * Everybody who changed together with some profiles and was not brought in line yet. A change of many steps leaves that in
 * many records: each names those that changed with it, these name others. A change that was left halfway among them is gone
 * on with first. Throws what a retry may cure.
 */
export async function waitingWith(first: readonly ClusterRecord[], deps: ResolveDeps): Promise<Waiting> {
	const { graph } = deps;
	const named = await readNamed(first, graph);
	const halfway = [...named.values()].filter(({ pending }) => pending);
	for (const { id } of halfway) await resolveAgain(id, deps);
	const records = halfway.length > 0 ? await readNamed(await graph.records(first.map(({ id }) => id)), graph) : named;
	const ids = [
		...namedFrom(
			first.map(({ id }) => id),
			records,
		),
	];
	const isRetired = (id: ProfileId) => records.get(id)?.mergedInto !== undefined;
	const isUnderWay = [...records.values()].some(({ pending }) => pending);
	return {
		live: ids.filter((id) => !isRetired(id)),
		retired: ids.filter(isRetired),
		records: isUnderWay ? [] : [...records.values()].filter(isUnsettled),
	};
}

async function readNamed(first: readonly ClusterRecord[], graph: Pick<IdentityGraph, "records">) {
	const records = new Map(first.map((record) => [record.id, record]));
	const asked = new Set(records.keys());
	for (let next = [...asked]; next.length > 0; ) {
		next = [...new Set(freshFrom(next, records, asked))];
		for (const id of next) asked.add(id);
		if (next.length > 0) for (const record of await graph.records(next)) records.set(record.id, record);
	}
	return records;
}
