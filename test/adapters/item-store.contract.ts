import { afterAll, beforeAll, describe } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { conditionsContract } from "./item-store/conditions.contract.ts";
import { queriesContract } from "./item-store/queries.contract.ts";
import { transactionsContract } from "./item-store/transactions.contract.ts";
import { valuesContract } from "./item-store/values.contract.ts";
import { writesContract } from "./item-store/writes.contract.ts";

/** A store to test, and how to let go of it. */
export type OpenedItemStore = { readonly store: ItemStore; close(): Promise<void> };

/**
 * What every ItemStore owes its callers, and nothing DynamoDB does not promise: pages may be short, a cursor may lead to
 * an empty page. The store is opened once; every test keeps to partitions of its own, so the table may be a shared one.
 */
export function itemStoreContract(open: () => Promise<OpenedItemStore>): void {
	let opened: OpenedItemStore;
	beforeAll(async () => {
		opened = await open();
	});
	afterAll(() => opened.close());
	const store = () => opened.store;

	describe("values", () => valuesContract(store));
	describe("queries", () => queriesContract(store));
	describe("writes", () => writesContract(store));
	describe("conditions", () => conditionsContract(store));
	describe("transactions", () => transactionsContract(store));
}
