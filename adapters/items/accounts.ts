import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import { type AccountMembership, type Accounts, GROUP_ID } from "#domain/unify/accounts.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";
import { queryShards } from "./shards.ts";

/** How often a refused write is tried again before the whole is left to a later try. */
const TRIES = 5;

/** What stands beside a member's fragment. The group's id is sealed. */
type AccountItem = Item & { readonly group: string; readonly since: string };
type MemberItem = Item & { readonly since: string };

/**
 * Who is a member of what, in the item store: two rows, one on either side, so that either can be listed without the other;
 * nothing in them grows with the other side. A new membership is a transaction of two writes, once for ever.
 */
export function itemAccounts({ items, vault }: { items: ItemStore; vault: IdentifierVault }): Accounts {
	return {
		async join(membership) {
			for (let attempt = 1; attempt <= TRIES; attempt++) {
				const known = await items.get(keys.account(membership.member, membership.account.id));
				if (known && (known as AccountItem).since <= membership.since) return;
				const writes = known ? olderWrites(membership, known as AccountItem) : newWrites(membership, vault);
				if ((await items.transact(writes)).kind === "written") return;
			}
			throw new Error(`the membership of ${membership.member} was changed by others ${TRIES} times in a row`);
		},

		async membersOf(account, page) {
			const pkOf = (shard: string) => keys.accountMember(account, shard).pk;
			const { items: found, cursor } = await queryShards(items, pkOf, page);
			const members = found.map((item) => ({ member: item.sk as SeedId, since: (item as MemberItem).since }));
			return { members, ...(cursor !== undefined && { cursor }) };
		},

		async of(members, limit) {
			const found: AccountMembership[] = [];
			await inParallel(members, async (member) => {
				const { pk, sk } = keys.account(member, "");
				const page = await items.query({ pk, prefix: sk, limit });
				found.push(...page.items.map((item) => membershipOf(member, item as AccountItem, vault)));
			});
			return found;
		},
	};
}

function newWrites({ account, member, since }: AccountMembership, vault: IdentifierVault): Write[] {
	const group = vault.seal(account.value);
	return [
		{ kind: "put", item: { ...keys.account(member, account.id), group, since }, condition: { absent: true } },
		{ kind: "put", item: { ...keys.accountMember(account.id, member), since } },
	];
}

function olderWrites({ account, member, since }: AccountMembership, known: AccountItem): Write[] {
	const changes = { set: { since } };
	return [
		{ kind: "update", key: keys.account(member, account.id), changes, condition: { equals: { since: known.since } } },
		{ kind: "update", key: keys.accountMember(account.id, member), changes },
	];
}

const membershipOf = (
	member: SeedId,
	{ sk, group, since }: AccountItem,
	vault: IdentifierVault,
): AccountMembership => ({
	account: { namespace: GROUP_ID, value: vault.open(group), id: sk.slice("A#".length) as SeedId }, // the key is made of it
	member,
	since,
});
