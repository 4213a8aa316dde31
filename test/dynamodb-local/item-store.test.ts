import { describe } from "vitest";
import { identityRaceContract } from "#test/adapters/identity-race.contract.ts";
import { startDynamoDbLocal } from "#test/support/emulator.ts";
import { emulated } from "#test/wire/emulated.ts";
import { itemStoreSuite } from "#test/wire/item-store.suite.ts";
import { openItemStore } from "#test/wire/opened-item-store.ts";

describe("over the wire to DynamoDB Local", () => {
	const aws = emulated(startDynamoDbLocal);

	describe("dynamoItemStore", () => itemStoreSuite(aws));
	describe("identity", () => identityRaceContract(() => openItemStore(aws()), { events: 120 }));
});
