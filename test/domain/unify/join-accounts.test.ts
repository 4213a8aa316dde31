import { describe, expect, it } from "vitest";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { accountNamed } from "#domain/unify/accounts.ts";
import { type Grouped, joinAccounts, joinMemory, readAccount } from "#domain/unify/join-accounts.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const vault = identifierVault(Buffer.alloc(32, 7));
const account = accountNamed("acme", vault);
const now = () => new Date("2026-01-31T12:00:00.000Z");

const call = (n: number): Grouped => {
	const user = { namespace: "user_id", value: `u-${n}` };
	return {
		event: {
			messageId: `m-${n}`,
			type: "group",
			groupId: "acme",
			userId: user.value,
			traits: { seats: n },
			context: {},
			source: "server",
			...happenedAt(new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString()),
		},
		account,
		identifiers: [{ ...user, id: vault.seedId(user) }],
	};
};

function open() {
	const items = memoryItemStore();
	const deps = {
		fragments: itemFragments({ items }),
		accounts: itemAccounts({ items, vault }),
		hashOf: (messageId: string) => messageId.padStart(8, "0").slice(-8),
		now,
		pause: async () => {},
	};
	return { items, deps };
}

describe("a group of ten thousand members", () => {
	it("is bounded in every item, spread over partitions, and listed in pages, each once", async () => {
		const { items, deps } = open();
		const calls = Array.from({ length: 10_000 }, (_, n) => call(n));
		const memory = joinMemory(now);
		for (let i = 0; i < calls.length; i += 500) {
			expect(await joinAccounts(calls.slice(i, i + 500), { ...deps, memory })).toEqual(new Map());
		}

		const sizes = items.all().map((item) => JSON.stringify(item).length);
		expect(Math.max(...sizes)).toBeLessThan(6000); // a full ring is 4 KB
		const listed = Map.groupBy(
			items.all().filter(({ pk }) => pk.startsWith("A#")),
			({ pk }) => pk,
		);
		expect(listed.size).toBe(16);
		expect(Math.max(...[...listed.values()].map(({ length }) => length))).toBeLessThan(1000);

		const members: SeedId[] = [];
		let cursor: string | undefined;
		let pages = 0;
		do {
			const page = await deps.accounts.membersOf(account.id, { limit: 500, ...(cursor !== undefined && { cursor }) });
			members.push(...page.members.map(({ member }) => member));
			cursor = page.cursor;
			pages++;
		} while (cursor !== undefined);
		expect(new Set(members).size).toBe(10_000);
		expect(members).toHaveLength(10_000);
		expect(pages).toBeLessThanOrEqual(21);
		expect((await readAccount(account.id, deps.fragments))?.traits.seats?.value).toBe(9999);
	});

	it("costs nothing but its fold when its members call again", async () => {
		const { items, deps } = open();
		const memory = joinMemory(now);
		await joinAccounts([call(1), call(2)], { ...deps, memory });
		const { transactions, reads } = { ...items.counts };
		const again = [1, 2].map((n) => ({ ...call(n), event: { ...call(n).event, messageId: `again-${n}` } }));
		await joinAccounts(again, { ...deps, memory });
		expect(items.counts.transactions).toBe(transactions);
		expect(items.counts.reads - reads).toBe(2); // the two parts of the account
	});
});

describe("joinMemory", () => {
	const since = (minute: number) => ({
		account,
		member: "m" as SeedId,
		since: new Date(minute * 60_000).toISOString(),
	});

	it("knows what it kept, and what is later; not what is earlier", () => {
		const memory = joinMemory(now);
		expect(memory.has(since(5))).toBe(false);
		memory.keep(since(5));
		expect([4, 5, 6].map((minute) => memory.has(since(minute)))).toEqual([false, true, true]);
	});

	it("forgets after a while, and the oldest when it is full", () => {
		let seconds = 0;
		const memory = joinMemory(() => new Date(seconds * 1000), { maxEntries: 2, maxAgeSeconds: 60 });
		const member = (name: string) => ({ account, member: name as SeedId, since: "2026" });
		for (const name of ["a", "b", "c"]) memory.keep(member(name));
		expect(["a", "b", "c"].map((name) => memory.has(member(name)))).toEqual([false, true, true]);
		seconds = 60;
		expect(memory.has(member("c"))).toBe(false);
	});
});

describe("itemAccounts", () => {
	it("keeps the earliest time whoever comes first, on both sides", async () => {
		for (const minutes of [
			[3, 1, 2],
			[1, 2, 3],
			[2, 3, 1],
		]) {
			const { items, deps } = open();
			const other = itemAccounts({ items, vault });
			const member = vault.seedId({ namespace: "user_id", value: "ada" });
			await Promise.all(
				minutes.map((minute, i) =>
					(i % 2 ? other : deps.accounts).join({ account, member, since: `2026-01-0${minute}` }),
				),
			);
			expect(await deps.accounts.of([member], 10)).toEqual([{ account, member, since: "2026-01-01" }]);
			expect(await deps.accounts.membersOf(account.id)).toEqual({ members: [{ member, since: "2026-01-01" }] });
		}
	});

	it("stores no groupId in clear, in a key or beside it", async () => {
		const { items, deps } = open();
		await joinAccounts([call(1)], { ...deps, memory: joinMemory(now) });
		expect(items.all().length).toBeGreaterThan(2);
		expect(JSON.stringify(items.all())).not.toContain("acme");
	});
});
