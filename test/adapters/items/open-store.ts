import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";

/** An empty item store in a file of its own, gone when the test is over. */
export function openStore(now: () => Date = () => new Date()): ItemStore {
	const folder = mkdtempSync(join(tmpdir(), "tutti-items-"));
	const database = openDatabase(join(folder, "items.sqlite"));
	onTestFinished(() => {
		database.close();
		rmSync(folder, { recursive: true, force: true });
	});
	return sqliteItemStore({ database, now });
}
