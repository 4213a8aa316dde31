import type { ProfileId } from "#domain/model/identifier.ts";

/**
 * The order in which `Memberships.membersOf` lists members, whose list is cut by the last digit of their ids: by that digit,
 * then by the whole id. So SQL and the store can be gone through side by side.
 */
export const inMemberOrder = (column: string): string => `substr(${column}, length(${column})), ${column}`;

/** A text that sorts in the same order. */
export const memberOrderOf = (profileId: ProfileId): string => `${profileId.slice(-1)}${profileId}`;
