import { join } from "node:path";
import { describe } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { queueContract } from "../../queue.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("sqliteQueue", () =>
	queueContract(async () => {
		const { folder, remove } = temporaryFolder();
		const database = openDatabase(join(folder, "tutti.db"));
		let passed = 0;
		const options = { database, visibilitySeconds: 30, now: () => new Date(Date.now() + passed) };
		return {
			queue: sqliteQueue({ ...options, name: "work", redrive: { maxReceiveCount: 3, deadLetters: "work-dead" } }),
			deadLetters: sqliteQueue({ ...options, name: "work-dead" }),
			visibilitySeconds: 30,
			maxReceiveCount: 3,
			async pass(seconds) {
				passed += seconds * 1000;
			},
			async close() {
				database.close();
				remove();
			},
		};
	}));
