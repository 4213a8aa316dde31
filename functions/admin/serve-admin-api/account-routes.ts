import * as z from "zod";
import { ACCOUNT_PARTS, type AccountAnswer, type AccountMembersAnswer } from "#contracts/http/accounts.ts";
import type { ProfileAnswer } from "#contracts/http/profiles.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { Profile } from "#domain/model/profile.ts";
import {
	type Account,
	type AccountMembership,
	type Accounts,
	accountNamed,
	isGroupId,
} from "#domain/unify/accounts.ts";
import { readAccount } from "#domain/unify/join-accounts.ts";
import type { Fragments, IdentityGraph } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { notFound, ok, refuse } from "./answer.ts";
import { page } from "./page.ts";
import { type Route, route } from "./route.ts";
import { traitParts } from "./trait-parts.ts";

export type AccountDeps = {
	readonly accounts: Pick<Accounts, "membersOf" | "of">;
	readonly fragments: Pick<Fragments, "load">;
	readonly identities: Pick<IdentityGraph, "look" | "records">;
	readonly vault: Pick<IdentifierVault, "seedId">;
};

/** Accounts that a profile's answer shows: the last joined. Each is read from sixteen items. */
const ACCOUNTS_SHOWN = 20;

const include = z
	.string()
	.transform((list) => list.split(","))
	.pipe(z.array(z.enum(ACCOUNT_PARTS)))
	.default(["traits"]);

/** The longer path first: a group's id may have slashes, and the other route would take it all for one. */
export const accountRoutes = (deps: AccountDeps): Route[] => [
	route("GET /v1/accounts/*groupId/members", {
		query: z.strictObject(page),
		run: async ({ path: { groupId = "" }, query: { limit, cursor } }) => {
			const account = accountOf(groupId, deps);
			if (!account) return refuseGroupId();
			if (!(await readAccount(account.id, deps.fragments))) return nobodyNamed();
			const found = await deps.accounts.membersOf(account.id, { limit, ...(cursor !== undefined && { cursor }) });
			const answer: AccountMembersAnswer = {
				members: await peopleOf(found.members, deps),
				...(found.cursor !== undefined && { cursor: found.cursor }),
			};
			return ok(answer);
		},
	}),
	route("GET /v1/accounts/*groupId", {
		query: z.strictObject({ include }),
		run: async ({ path: { groupId = "" }, query }) => {
			const account = accountOf(groupId, deps);
			if (!account) return refuseGroupId();
			const known = await readAccount(account.id, deps.fragments);
			if (!known) return nobodyNamed();
			const { firstSeen, lastSeen } = known;
			const parts = traitParts(known, new Set(query.include));
			const answer: AccountAnswer = { groupId: account.value, ...parts, firstSeen, lastSeen };
			return ok(answer);
		},
	}),
];

/** The accounts of a person, the last joined first, with their traits. */
export async function accountsOf(
	{ profileId, aliases }: Pick<Profile, "profileId" | "aliases">,
	{ accounts, fragments }: Pick<AccountDeps, "accounts" | "fragments">,
): Promise<NonNullable<ProfileAnswer["accounts"]>> {
	const memberships = await accounts.of([profileId, ...aliases], ACCOUNTS_SHOWN);
	const shown = eachOnce(memberships, ({ account }) => account.id)
		.sort((x, y) => y.since.localeCompare(x.since) || x.account.value.localeCompare(y.account.value))
		.slice(0, ACCOUNTS_SHOWN);
	const traits = new Map<SeedId, ReturnType<typeof traitParts>["traits"]>();
	await inParallel(shown, async ({ account: { id } }) => {
		const known = await readAccount(id, fragments);
		if (known) traits.set(id, traitParts(known, new Set(["traits"])).traits);
	});
	return shown.map(({ account, since }) => ({ groupId: account.value, since, traits: traits.get(account.id) ?? {} }));
}

/** The people behind some members, each once. */
async function peopleOf(members: readonly Pick<AccountMembership, "member" | "since">[], deps: AccountDeps) {
	const places = await findPlaces(
		members.map(({ member }) => member),
		deps.identities,
	);
	const people = members.map(({ member, since }) => ({ profileId: places.get(member)?.profileId ?? member, since }));
	return eachOnce(people, ({ profileId }) => profileId);
}

/** Each thing once by its key, since the earliest of its times. */
function eachOnce<T extends { readonly since: string }>(all: readonly T[], keyOf: (one: T) => string): T[] {
	const earliest = new Map<string, T>();
	for (const one of all) {
		const known = earliest.get(keyOf(one));
		if (!known || one.since < known.since) earliest.set(keyOf(one), one);
	}
	return [...earliest.values()];
}

const accountOf = (groupId: string, { vault }: AccountDeps): Account | undefined =>
	isGroupId(groupId) ? accountNamed(groupId, vault) : undefined;

const nobodyNamed = () => notFound("No group call named this account.");

const refuseGroupId = () =>
	refuse(400, "bad_group_id", "A groupId has at most 500 characters and is no placeholder such as null.");
