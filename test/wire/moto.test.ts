import { afterAll, beforeAll, describe } from "vitest";
import { archiveContract } from "#test/adapters/archive.contract.ts";
import { fragmentsContract } from "#test/adapters/fragments.contract.ts";
import { identityArchiveContract } from "#test/adapters/identity-archive.contract.ts";
import { CONDITIONS, conditionsContract } from "#test/adapters/item-store/conditions.contract.ts";
import { queriesContract } from "#test/adapters/item-store/queries.contract.ts";
import { transactionsContract } from "#test/adapters/item-store/transactions.contract.ts";
import { valuesContract } from "#test/adapters/item-store/values.contract.ts";
import type { OpenedItemStore } from "#test/adapters/item-store.contract.ts";
import { queueContract } from "#test/adapters/queue.contract.ts";
import { sharedRatesContract } from "#test/adapters/shared-rates.contract.ts";
import { startMoto } from "#test/support/emulator.ts";
import { busSuite } from "./bus.suite.ts";
import { emulated } from "./emulated.ts";
import { expiredItemsSuite } from "./expired-items.suite.ts";
import { openArchive, openIdentityArchive } from "./opened-archive.ts";
import { openItemStore } from "./opened-item-store.ts";
import { openQueue } from "./opened-queue.ts";
import { recordsSuite } from "./records.suite.ts";
import { secretsSuite } from "./secrets.suite.ts";
import { sendersValuesSuite } from "./senders-values.suite.ts";

describe("over the wire to moto", () => {
	const aws = emulated(startMoto);

	describe("dynamoItemStore", () => {
		let opened: OpenedItemStore;
		beforeAll(async () => {
			opened = await openItemStore(aws());
		});
		afterAll(() => opened.close());
		const store = () => opened.store;

		describe("values", () => valuesContract(store));
		describe("queries", () => queriesContract(store));
		// Left out: the writes contract. Of an update that ADDs to a text, moto does the SET before it refuses.
		// Left out: booleans beside numbers. To moto, which compares as Python does, true = 1 and false = 0.
		const comparable = CONDITIONS.filter(({ condition: { equals } }) => equals?.yes !== 1 && equals?.no !== 0);
		describe("conditions", () => conditionsContract(store, comparable));
		describe("transactions", () => transactionsContract(store));
		describe("conditions on items past their ttl", () => expiredItemsSuite(store));
		describe("values that senders choose", () => sendersValuesSuite(store));
		fragmentsContract(store);
		sharedRatesContract(store);
	});
	describe("sqsQueue", () => queueContract(() => openQueue(aws())));
	// Left out: the bus contract. moto's events lack the field `account`. This is what of it moto can show:
	describe("eventBridgeBus", () => busSuite(aws));
	describe("firehoseArchive", () => {
		archiveContract(() => openArchive(aws()), { sortsDays: false });
		recordsSuite(aws);
	});
	describe("firehoseIdentityArchive", () =>
		identityArchiveContract(() => openIdentityArchive(aws()), { sortsDays: false }));
	describe("secretsManagerSecrets", () => secretsSuite(aws));
	// Left out: athenaSql. moto runs no SQL, it answers what a test has put in beforehand.
});
