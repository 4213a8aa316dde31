import { isBlocked } from "#domain/model/blocked-values.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Identifying } from "#domain/model/event-identifiers.ts";
import type { SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import type { Violation } from "#domain/model/violation.ts";

/** The namespace of accounts' own ids. No identifier of a person has it: members of one account are no evidence of anything. */
export const GROUP_ID = "group_id";

/** Characters of a group's id (Segment). */
const MAX_GROUP_ID = 500;

/** What people are members of: a firm, a household, a team. */
export type Account = SeededIdentifier;

/** Somebody is a member of an account, and since when (event time, ISO 8601 UTC). He is named by his strongest identifier then. */
export type AccountMembership = { readonly account: Account; readonly member: SeedId; readonly since: string };

/** Who is a member of what. */
export interface Accounts {
	/** Writes down a membership, or that it is older than was known; nothing where both are known. Safe to run twice. */
	join(membership: AccountMembership): Promise<void>;
	/** The members of an account, in no order that means something, and where to go on. */
	membersOf(
		account: SeedId,
		page?: { readonly limit?: number; readonly cursor?: string },
	): Promise<{ readonly members: readonly Pick<AccountMembership, "member" | "since">[]; readonly cursor?: string }>;
	/** The accounts that these identifiers are members of, at most `limit` for each of them. */
	of(members: readonly SeedId[], limit: number): Promise<readonly AccountMembership[]>;
}

const SHARDS = Array.from("0123456789abcdef");

/**
 * Where what a member says of his account is folded in: sixteen parts by the last digit of the member's id, so that ten
 * thousand members who sign in at nine o'clock do not wait for one item. The account is a fold over its parts, as a person is.
 */
export const shardOf = (account: SeedId, member: SeedId): SeedId => `${account}#${member.slice(-1)}` as SeedId; // ids of fragments are made here too

/** All parts of an account. */
export const accountShards = (account: SeedId): SeedId[] => SHARDS.map((digit) => `${account}#${digit}` as SeedId);

/** The account that a group call names; or why it names none. Its event goes on either way. */
export function accountOf(
	{ type, groupId }: SourcedEvent,
	{ vault }: Pick<Identifying, "vault">,
): { readonly account?: Account; readonly violations: readonly Violation[] } {
	if (type !== "group" || groupId === undefined) return { violations: [] };
	if (isGroupId(groupId)) return { account: accountNamed(groupId, vault), violations: [] };
	return { violations: [groupId.length > MAX_GROUP_ID ? TOO_LONG : BLOCKED] };
}

/** Whether something may be the id of a group: not too long, and no placeholder. */
export const isGroupId = (groupId: string): boolean =>
	groupId.length <= MAX_GROUP_ID && !isBlocked(GROUP_ID, groupId, []);

/** The account of this id, blanks around it not counted. */
export function accountNamed(groupId: string, vault: Identifying["vault"]): Account {
	const account = { namespace: GROUP_ID, value: groupId.trim() };
	return { ...account, id: vault.seedId(account) };
}

const TOO_LONG: Violation = {
	kind: "group_id_too_long",
	path: "groupId",
	description: `a group's id has at most ${MAX_GROUP_ID} characters: the event counts for its sender alone`,
	outcome: "omitted",
};

const BLOCKED: Violation = {
	kind: "group_id_blocked",
	path: "groupId",
	description: "this stands for no group: the event counts for its sender alone",
	outcome: "omitted",
};
