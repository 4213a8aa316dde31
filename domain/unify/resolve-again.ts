import type { SeedId } from "#domain/model/identifier.ts";
import { type Finished, finish, type ResolveDeps } from "./finish.ts";
import { findPlaces } from "./read-profile.ts";

/**
 * Decides anew who is who around an identifier, where that was decided under other rules than those of now, or where a
 * change of many steps was left halfway: the journal then tells what began it. `too_large`: all of it is too much to be
 * looked at, so its own cluster is what the rules say of that alone, and marked as inexact. Throws what a retry may cure.
 */
export async function resolveAgain(seedId: SeedId, deps: ResolveDeps): Promise<Finished> {
	const { version = 0 } = deps.rules;
	const record = (await findPlaces([seedId], deps.graph)).get(seedId)?.record;
	if (!record || (record.rules === version && !record.pending)) return "unchanged";
	return finish([seedId], record.begun ?? { kind: "rules", version }, deps);
}
