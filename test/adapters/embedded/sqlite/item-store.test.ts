import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import type { Json } from "#domain/model/json.ts";
import { expiredItemsSuite } from "../../../wire/expired-items.suite.ts";
import { fragmentsContract } from "../../fragments.contract.ts";
import { aKey } from "../../item-store/partitions.ts";
import { itemStoreContract, type OpenedItemStore } from "../../item-store.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function openStore(): Promise<OpenedItemStore> {
	const { folder, remove } = temporaryFolder();
	const database = openDatabase(join(folder, "tutti.db"));
	return {
		store: sqliteItemStore({ database, now: () => new Date() }),
		async close() {
			database.close();
			remove();
		},
	};
}

const nested = (levels: number): Json => (levels === 0 ? "bottom" : { list: [nested(levels - 1)] });

describe("sqliteItemStore", () => {
	itemStoreContract(openStore);

	describe("beyond the contract", () => {
		let opened: OpenedItemStore;
		beforeAll(async () => {
			opened = await openStore();
		});
		afterAll(() => opened.close());

		describe("conditions on items past their ttl", () => expiredItemsSuite(() => opened.store));
		fragmentsContract(() => opened.store);

		it.each<[string, Json]>([
			["nesting of 64 levels", nested(32)],
			["the greatest number", Number.MAX_VALUE],
			["the least number", Number.MIN_VALUE],
			["properties that code looks at", JSON.parse('{"__proto__":{"a":1},"constructor":null}') as Json],
			["a megabyte", "é".repeat(524_288)],
		])("keeps %s, as senders may choose to send it", async (_, value) => {
			const key = aKey();
			await opened.store.put({ ...key, value });
			expect(JSON.stringify((await opened.store.get(key))?.value)).toBe(JSON.stringify(value));
		});
	});
});
