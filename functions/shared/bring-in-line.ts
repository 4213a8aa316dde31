import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import { updateMemberships } from "#domain/segment/update-memberships.ts";
import type { IdentityGraph } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { waitingWith } from "#domain/unify/unsettled.ts";

export type BringInLineDeps = {
	readonly definitions: Definitions;
	readonly identities: IdentityGraph;
	readonly profiles: Profiles;
	readonly memberships: Memberships;
	readonly now: () => Date;
	readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Decides anew which segments these profiles are in, and all that changed together with them, as the pass does after an
 * event (`functions/unify/process-events/segment.ts`): who entered or exited is told, once. What is in line already is
 * left as it is, so it is safe to run again after a crash; until then the profiles' records say that it is still to be
 * done. `causeId` is what the changes are put down to, where it has a name.
 */
export async function bringInLine(
	ids: readonly SeedId[],
	causeId: string | undefined,
	{ definitions, identities, profiles, memberships, now, pause }: BringInLineDeps,
): Promise<void> {
	const workspace = await definitions.current();
	const compiled = segmentCompiler(sha256)(workspace);
	const places = await findPlaces(ids, identities);
	const records = [
		...new Map([...places.values()].flatMap(({ record }) => (record ? [[record.id, record] as const] : []))).values(),
	];
	const resolving = { graph: identities, rules: workspace.identity, now, pause };
	const waiting = await waitingWith(records, resolving);

	const causeIn = () => ({ kind: "merge" as const, ...(causeId !== undefined && { messageId: causeId }) });
	const update = async (profileId: SeedId): Promise<void> => {
		await updateMemberships({ profileId, compiled, causeIn }, { memberships, profiles, now, pause });
	};
	// Those that live come first: who is in a segment before and after it is never told to have left.
	await inParallel(waiting.live, update);
	const live = new Set(waiting.live);
	await inParallel(
		[...new Set([...waiting.retired, ...ids])].filter((id) => !live.has(id)),
		update,
	);
	await inParallel(waiting.records, (record) => identities.settle(record));
}
