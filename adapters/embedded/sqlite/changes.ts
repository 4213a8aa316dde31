import type { ItemChange } from "../../items/item-store.ts";
import type { Database } from "./database.ts";
import { itemOf } from "./item-reader.ts";

/** What has been put into the outbox and not been acknowledged: DynamoDB Streams' place in the embedded store. */
export type ChangeFeed = {
	/** The oldest changes, in order. The same ones again until they are acknowledged. */
	readChanges(max: number): ItemChange[];
	/** Forgets changes for good: they have been published. */
	acknowledge(changeIds: readonly string[]): void;
	/** How many are not acknowledged yet. */
	pending(): number;
};

type Row = { readonly change_id: number; readonly pk: string; readonly sk: string; readonly attributes: string };

/** The feed of the outbox. A change is a new row: putting the same row again is no news. Survives the process. */
export function sqliteChanges(database: Database): ChangeFeed {
	const { connection } = database;
	const oldest = connection.prepare("SELECT change_id, pk, sk, attributes FROM changes ORDER BY change_id LIMIT ?");
	const forget = connection.prepare("DELETE FROM changes WHERE change_id = ?");
	const count = connection.prepare("SELECT count(*) AS n FROM changes");
	return {
		readChanges: (max) =>
			// the columns' own shapes
			(oldest.all(max) as Row[]).map((row) => ({ changeId: String(row.change_id), item: itemOf(row) })),
		acknowledge(changeIds) {
			database.transaction(() => {
				for (const changeId of changeIds) forget.run(changeId);
			});
		},
		pending: () => Number(count.get()?.n),
	};
}
