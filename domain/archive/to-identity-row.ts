import type { IdentityRow } from "#contracts/archive/identity-changes.ts";
import type { ArchivedIdentity } from "#domain/model/ports.ts";
import { sqlTime } from "./sql-time.ts";

/** The UTC day a change of identity belongs to, as `YYYY-MM-DD`. */
export const identityDay = ({ at }: ArchivedIdentity): string => at.slice(0, 10);

/** The row a change of identity is kept as: the contract's columns, in its order. */
export const toIdentityRow = ({ seedId, profileId, at, messageId }: ArchivedIdentity): IdentityRow => ({
	seed_id: seedId,
	profile_id: profileId,
	changed_at: sqlTime(at),
	message_id: messageId,
});
