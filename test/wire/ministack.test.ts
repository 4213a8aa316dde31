import { describe } from "vitest";
import { archiveContract } from "#test/adapters/archive.contract.ts";
import { busContract } from "#test/adapters/bus.contract.ts";
import { itemStoreContract } from "#test/adapters/item-store.contract.ts";
import { queueContract } from "#test/adapters/queue.contract.ts";
import { startMiniStack } from "#test/support/emulator.ts";
import { emulated } from "./emulated.ts";
import { openArchive } from "./opened-archive.ts";
import { openBus } from "./opened-bus.ts";
import { openItemStore } from "./opened-item-store.ts";
import { openQueue } from "./opened-queue.ts";
import { secretsSuite } from "./secrets.suite.ts";

describe("over the wire to MiniStack", () => {
	const aws = emulated(startMiniStack);

	describe("dynamoItemStore", () => itemStoreContract(() => openItemStore(aws())));
	describe("sqsQueue", () => queueContract(() => openQueue(aws())));
	describe("eventBridgeBus", () => busContract(() => openBus(aws())));
	describe("firehoseArchive", () => archiveContract(() => openArchive(aws())));
	describe("secretsManagerSecrets", () => secretsSuite(aws));
});
