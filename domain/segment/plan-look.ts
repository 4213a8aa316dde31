import type { ProfileId } from "#domain/model/identifier.ts";
import type { Memberships } from "./ports.ts";

/** By so much (ms) the clocks of two machines may differ: a look that is planned for a moment so near may be over elsewhere. */
const CLOCKS_DIFFER_MS = 5_000;

/** Minutes that are read again after they are over, for the sake of those who were slow to write a look down. */
export const MINUTES_READ_AGAIN = 3;

/** A look is in time when it is written so long (ms) after its moment at most: a minute less than is read again. */
const LATEST_MS = (MINUTES_READ_AGAIN - 1) * 60_000;

type Situation = {
	readonly profileId: ProfileId;
	/** When time alone may change something next (ms); undefined where it cannot. */
	readonly nextChangeAt: number | undefined;
	/** The look that is planned, as it was read before the profile was. */
	readonly nextLookAt: number | undefined;
	/** The moment of the look that found this, ms. */
	readonly now: number;
};

type Deps = { readonly memberships: Pick<Memberships, "planLook">; readonly now: () => Date };

/**
 * Sees to it that the profile is looked at when time alone may change something. Where a look before that is planned
 * already, and surely still to come, nothing is written: that one will find what is next. So an event that only moves the
 * moment further away costs nothing. `late` says that the hour may be over for whoever looks: look again now.
 */
export async function planNextLook(
	{ profileId, nextChangeAt, nextLookAt, now }: Situation,
	deps: Deps,
): Promise<"in time" | "late"> {
	if (nextChangeAt === undefined) return "in time";
	const isPlanned = nextLookAt !== undefined && nextLookAt > now + CLOCKS_DIFFER_MS && nextLookAt <= nextChangeAt;
	if (isPlanned) return "in time";
	await deps.memberships.planLook(profileId, nextChangeAt);
	return deps.now().getTime() <= nextChangeAt + LATEST_MS ? "in time" : "late";
}
