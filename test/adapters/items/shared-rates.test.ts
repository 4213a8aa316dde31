import { beforeEach, expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { openBill } from "#adapters/meter/bill.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import { windowAt } from "#domain/collect/share-rate.ts";
import { sharedRatesContract } from "../shared-rates.contract.ts";
import { openStore } from "./open-store.ts";

let store: ItemStore;
beforeEach(() => {
	store = openStore();
});

sharedRatesContract(() => store);

it("costs a write unit and two read units, however much is told", async () => {
	const bill = openBill();
	const rates = itemSharedRates({ items: meteredItemStore(store, bill.add) });
	await rates.tell("web", { window: windowAt(Date.now()), requests: 1_000_000 });
	expect(bill.sum()).toMatchObject({ writeUnits: 1, readUnits: 2, writes: 1, transactions: 0 });
});

it("leaves nothing behind: a count is gone a minute after its window", async () => {
	let now = new Date("2026-10-09T08:53:20.000Z");
	const items = openStore(() => now);
	const window = windowAt(now.getTime());
	await itemSharedRates({ items }).tell("web", { window, requests: 1 });
	const key = { pk: "RATE#web", sk: String(window) };
	expect(await items.get(key)).toMatchObject({ requests: 1 });
	now = new Date(now.getTime() + 61_000);
	expect(await items.get(key)).toBeUndefined();
});
