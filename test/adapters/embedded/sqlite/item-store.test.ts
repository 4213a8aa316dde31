import { join } from "node:path";
import { describe } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { itemStoreContract } from "../../item-store.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("sqliteItemStore", () =>
	itemStoreContract(async () => {
		const { folder, remove } = temporaryFolder();
		const database = openDatabase(join(folder, "tutti.db"));
		return {
			store: sqliteItemStore({ database, now: () => new Date() }),
			async close() {
				database.close();
				remove();
			},
		};
	}));
