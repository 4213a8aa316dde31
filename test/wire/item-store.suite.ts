import { afterAll, beforeAll, describe } from "vitest";
import { dueLooksContract } from "#test/adapters/due-looks.contract.ts";
import { fragmentsContract } from "#test/adapters/fragments.contract.ts";
import { itemStoreContract, type OpenedItemStore } from "#test/adapters/item-store.contract.ts";
import { sharedRatesContract } from "#test/adapters/shared-rates.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";
import { expiredItemsSuite } from "./expired-items.suite.ts";
import { openItemStore } from "./opened-item-store.ts";
import { sendersValuesSuite } from "./senders-values.suite.ts";

/** Everything that the item store over DynamoDB owes its callers, of whoever answers as DynamoDB in full. */
export function itemStoreSuite(aws: () => Pick<Aws, "dynamo">): void {
	itemStoreContract(() => openItemStore(aws()));

	let opened: OpenedItemStore;
	beforeAll(async () => {
		opened = await openItemStore(aws());
	});
	afterAll(() => opened.close());
	describe("conditions on items past their ttl", () => expiredItemsSuite(() => opened.store));
	describe("values that senders choose", () => sendersValuesSuite(() => opened.store));
	fragmentsContract(() => opened.store);
	dueLooksContract(() => opened.store);
	sharedRatesContract(() => opened.store);
}
