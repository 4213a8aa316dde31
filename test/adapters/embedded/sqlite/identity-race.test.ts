import { join } from "node:path";
import { describe } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { chance } from "#demo/random.ts";
import { aroundEach } from "#test/functions/unify/faulty-store.ts";
import { takeTurns } from "#test/support/memory-item-store.ts";
import { identityRaceContract } from "../../identity-race.contract.ts";
import type { OpenedItemStore } from "../../item-store.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** SQLite answers at once, so that nobody would meet anybody: each call waits for a few turns of the others. */
async function openStore(): Promise<OpenedItemStore> {
	const { folder, remove } = temporaryFolder();
	const database = openDatabase(join(folder, "tutti.db"));
	const luck = chance(11);
	const store = aroundEach(sqliteItemStore({ database, now: () => new Date() }), async (_, call) => {
		for (let turns = luck.between(0, 5); turns > 0; turns--) await takeTurns();
		return call();
	});
	return {
		store,
		async close() {
			database.close();
			remove();
		},
	};
}

describe("identity over SQLite", { timeout: 60_000 }, () => identityRaceContract(openStore));
