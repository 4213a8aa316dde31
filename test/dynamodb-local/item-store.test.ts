import { afterAll, beforeAll, describe } from "vitest";
import { dueLooksContract } from "#test/adapters/due-looks.contract.ts";
import { fragmentsContract } from "#test/adapters/fragments.contract.ts";
import { identityRaceContract } from "#test/adapters/identity-race.contract.ts";
import { itemStoreContract, type OpenedItemStore } from "#test/adapters/item-store.contract.ts";
import { sharedRatesContract } from "#test/adapters/shared-rates.contract.ts";
import { startDynamoDbLocal } from "#test/support/emulator.ts";
import { emulated } from "#test/wire/emulated.ts";
import { expiredItemsSuite } from "#test/wire/expired-items.suite.ts";
import { openItemStore } from "#test/wire/opened-item-store.ts";
import { sendersValuesSuite } from "#test/wire/senders-values.suite.ts";

describe("over the wire to DynamoDB Local", () => {
	const aws = emulated(startDynamoDbLocal);

	describe("dynamoItemStore", () => {
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
	});
	describe("identity", () => identityRaceContract(() => openItemStore(aws()), { events: 120 }));
});
