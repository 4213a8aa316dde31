import { randomUUID } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { sortKeys } from "../../item-store/partitions.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Characters around which ends of ranges go wrong: the first and last of each length in UTF-8, beside surrogates. */
const CHARACTERS = [
	"\u0000",
	"\u0001",
	"a",
	"b",
	"\u007f",
	"\u0080",
	"\ud7ff",
	"\ue000",
	"\uffff",
	"\u{10000}",
	"\u{10ffff}",
];
const text = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 3 });
const sortKey = text.filter((sk) => sk !== "");
const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe("queries of sqliteItemStore", () => {
	let database: Database;
	let store: ItemStore;
	beforeAll(() => {
		const { folder, remove } = temporaryFolder();
		database = openDatabase(join(folder, "tutti.db"));
		store = sqliteItemStore({ database, now: () => new Date() });
		return () => {
			database.close();
			remove();
		};
	});

	it("give what a filter over the sorted keys gives, whatever the keys, the range and the page", async () => {
		const range = fc.oneof(
			fc.record({ prefix: text }),
			fc.record({ from: sortKey, to: sortKey }, { requiredKeys: [] }),
		);
		const page = fc.record({ reverse: fc.boolean(), limit: fc.integer({ min: 1, max: 4 }) });
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(sortKey, { maxLength: 12 }), range, page, async (keys, asked, paging) => {
				const pk = randomUUID();
				for (const sk of keys) await store.put({ pk, sk });
				const { prefix, from, to }: { prefix?: string; from?: string; to?: string } = asked;
				const within = keys
					.filter((sk) => prefix === undefined || sk.startsWith(prefix))
					.filter((sk) => from === undefined || inBytes(sk, from) >= 0)
					.filter((sk) => to === undefined || inBytes(sk, to) <= 0)
					.sort(inBytes);
				const expected = paging.reverse ? within.toReversed() : within;
				expect(await sortKeys(store, { pk, ...asked, ...paging })).toEqual(expected);
			}),
			{ numRuns: 300 },
		);
	});
});
