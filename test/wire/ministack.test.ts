import { describe } from "vitest";
import { archiveContract } from "#test/adapters/archive.contract.ts";
import { busContract } from "#test/adapters/bus.contract.ts";
import { identityArchiveContract } from "#test/adapters/identity-archive.contract.ts";
import { queueContract } from "#test/adapters/queue.contract.ts";
import { sqlContract } from "#test/adapters/sql.contract.ts";
import { startMiniStack } from "#test/support/emulator.ts";
import { emulated } from "./emulated.ts";
import { itemStoreSuite } from "./item-store.suite.ts";
import { openArchive, openIdentityArchive } from "./opened-archive.ts";
import { openBus } from "./opened-bus.ts";
import { openQueue } from "./opened-queue.ts";
import { openSql } from "./opened-sql.ts";
import { recentEventsSuite } from "./recent-events.suite.ts";
import { recordsSuite } from "./records.suite.ts";
import { secretsSuite } from "./secrets.suite.ts";

describe("over the wire to MiniStack", () => {
	const aws = emulated(startMiniStack);

	describe("dynamoItemStore", () => itemStoreSuite(aws));
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
