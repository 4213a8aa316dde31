import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { Finished } from "#domain/unify/finish.ts";
import type { ClusterRecord, IdentityGraph } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { resolveAgain } from "#domain/unify/resolve-again.ts";
import { isUnsettled } from "#domain/unify/unsettled.ts";
import { type BringInLineDeps, bringInLine } from "#functions/shared/bring-in-line.ts";

export type ResolveDeps = BringInLineDeps & { readonly identities: IdentityGraph };

/**
 * Resolves these identifiers under the rules in force, then the segments of everybody whom that changed. Each profile is
 * resolved once, however many of its identifiers are among these, and not at all if it was under these rules already.
 *
 * Safe to run twice: a record that says of others that they are not in line yet says so until they are, whoever wrote it.
 */
export async function resolvePeople(
	seedIds: readonly SeedId[],
	deps: ResolveDeps,
): Promise<{ readonly written: number; readonly tooLarge: number }> {
	const outcomes = await resolveProfiles(seedIds, deps);
	const places = await findPlaces(seedIds, deps.identities);
	const waiting = [...places].flatMap(([id, { record }]) => (record && isUnsettled(record) ? [id] : []));
	if (waiting.length > 0) await bringInLine(waiting, undefined, deps);
	return {
		written: outcomes.filter((outcome) => outcome === "written").length,
		tooLarge: outcomes.filter((outcome) => outcome === "too_large").length,
	};
}

/** Profiles that contend with each other are in each other's way: those that did not come through go again, one by one. */
async function resolveProfiles(seedIds: readonly SeedId[], deps: ResolveDeps): Promise<Finished[]> {
	const { definitions, identities: graph, now, pause } = deps;
	const { identity: rules } = await definitions.current();
	const resolve = (id: SeedId) => resolveAgain(id, { graph, rules, now, pause });

	const places = await findPlaces(seedIds, graph);
	const left = [...places].filter(([, { record }]) => record && !isUnder(rules.version, record));
	const outcomes: Finished[] = [];
	const again: SeedId[] = [];
	await inParallel([...new Map(left.map(([id, { profileId }]) => [profileId, id])).values()], async (id) => {
		await resolve(id).then(
			(outcome) => outcomes.push(outcome),
			() => again.push(id),
		);
	});
	for (const id of again) outcomes.push(await resolve(id));
	return outcomes;
}

/** Whether a profile was resolved under this version of the rules: then so was all that hangs together with it. */
const isUnder = (version = 0, { rules, pending }: ClusterRecord): boolean => rules === version && !pending;
