import type { Item, ItemStore } from "../../items/item-store.ts";
import { breathe } from "../event-loop.ts";
import type { Database } from "./database.ts";
import { itemReader } from "./item-reader.ts";
import { itemWriter } from "./item-writer.ts";

const WRITES_PER_TRANSACTION = 100; // as DynamoDB
const KEYS_PER_TURN = 100;

/** The item store in a SQLite file. An item past its `ttl` is, to readers and to conditions, not there. */
export function sqliteItemStore({ database, now }: { database: Database; now: () => Date }): ItemStore {
	const seconds = () => Math.floor(now().getTime() / 1000);
	const reader = itemReader({ database, seconds });
	const { together } = database;
	const write = itemWriter({ database, reader, seconds });

	return {
		async get(key) {
			await breathe();
			return reader.one(key);
		},
		async batchGet(keys) {
			const items: Item[] = [];
			for (const [position, key] of keys.entries()) {
				if (position % KEYS_PER_TURN === 0) await breathe();
				const item = reader.one(key);
				if (item) items.push(item);
			}
			return items;
		},
		async query(query) {
			await breathe();
			return reader.page(query);
		},
		async put(item, condition) {
			return together(() => write([{ kind: "put", item, ...(condition && { condition }) }]));
		},
		async update(key, changes, condition) {
			return together(() => write([{ kind: "update", key, changes, ...(condition && { condition }) }]));
		},
		async delete(key, condition) {
			return together(() => write([{ kind: "delete", key, ...(condition && { condition }) }]));
		},
		async transact(writes) {
			if (writes.length > WRITES_PER_TRANSACTION) throw new RangeError("a transaction takes at most 100 writes");
			return together(() => write(writes));
		},
	};
}
