import { afterAll, beforeAll, describe } from "vitest";
import { archiveContract } from "#test/adapters/archive.contract.ts";
import { busContract } from "#test/adapters/bus.contract.ts";
import { dueLooksContract } from "#test/adapters/due-looks.contract.ts";
import { fragmentsContract } from "#test/adapters/fragments.contract.ts";
import { identityArchiveContract } from "#test/adapters/identity-archive.contract.ts";
import { itemStoreContract, type OpenedItemStore } from "#test/adapters/item-store.contract.ts";
import { queueContract } from "#test/adapters/queue.contract.ts";
import { sharedRatesContract } from "#test/adapters/shared-rates.contract.ts";
import { sqlContract } from "#test/adapters/sql.contract.ts";
import { startMiniStack } from "#test/support/emulator.ts";
import { emulated } from "./emulated.ts";
import { expiredItemsSuite } from "./expired-items.suite.ts";
import { openArchive, openIdentityArchive } from "./opened-archive.ts";
import { openBus } from "./opened-bus.ts";
import { openItemStore } from "./opened-item-store.ts";
import { openQueue } from "./opened-queue.ts";
import { openSql } from "./opened-sql.ts";
import { recentEventsSuite } from "./recent-events.suite.ts";
import { recordsSuite } from "./records.suite.ts";
import { secretsSuite } from "./secrets.suite.ts";
import { sendersValuesSuite } from "./senders-values.suite.ts";

describe("over the wire to MiniStack", () => {
	const aws = emulated(startMiniStack);

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
	describe("sqsQueue", () => queueContract(() => openQueue(aws())));
	describe("eventBridgeBus", () => busContract(() => openBus(aws())));
	describe("firehoseArchive", () => {
		archiveContract(() => openArchive(aws()), { sortsDays: false });
		recordsSuite(aws);
	});
	describe("firehoseIdentityArchive", () =>
		identityArchiveContract(() => openIdentityArchive(aws()), { sortsDays: false }));
	describe("secretsManagerSecrets", () => secretsSuite(aws));
	describe("athenaSql", () => sqlContract((events, changes) => openSql(aws(), events, changes)));
	describe("athenaRecentEvents", () => recentEventsSuite(aws));
});
