import type { SeedId } from "#domain/model/identifier.ts";
import type { HealthKind, IdentityHealth } from "#domain/unify/ports.ts";
import { fromRecord, type RecordItem } from "./cluster-rows.ts";
import type { NodeItem } from "./identity-rows.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys, SEGMENT_SHARDS } from "./keys.ts";

/** The lists of the report, shard after shard. Rows of clusters that were merged since are found here, and go. */
export function itemIdentityHealth({ items }: { readonly items: ItemStore }): IdentityHealth {
	return {
		async list(kind, { limit = 100, cursor = "0:" } = {}) {
			const { shard, from } = readCursor(cursor);
			const { pk } = keys.identityHealth(kind, SEGMENT_SHARDS[shard] ?? "");
			const page = await items.query({ pk, limit, ...(from !== "" && { cursor: from }) });
			const ids = page.items.map(({ sk }) => sk as SeedId); // written from one
			const still = await stillSo(kind, ids, items);
			const gone = ids.filter((id) => !still.has(id));
			await Promise.all(gone.map((id) => items.delete(keys.identityHealth(kind, id))));
			const next = page.cursor !== undefined ? `${shard}:${page.cursor}` : `${shard + 1}:`;
			const hasMore = page.cursor !== undefined || shard + 1 < SEGMENT_SHARDS.length;
			return { ids: ids.filter((id) => still.has(id)), ...(hasMore && { cursor: next }) };
		},
	};
}

async function stillSo(kind: HealthKind, ids: readonly SeedId[], items: ItemStore): Promise<ReadonlySet<string>> {
	if (ids.length === 0) return new Set();
	const found = await items.batchGet(ids.map((id) => (kind === "hub" ? keys.node(id) : keys.cluster(id))));
	return new Set(found.filter((item) => isSo(kind, item)).map(({ pk }) => pk.slice(2)));
}

function isSo(kind: HealthKind, item: Item): boolean {
	if (kind === "hub") return (item as NodeItem).hub === true;
	const record = fromRecord(item as RecordItem);
	return record.mergedInto === undefined && record[kind];
}

/** A shard's number and the store's cursor in it. */
function readCursor(cursor: string): { readonly shard: number; readonly from: string } {
	const at = cursor.indexOf(":");
	const shard = Number(cursor.slice(0, at));
	return { shard: Number.isInteger(shard) ? shard : SEGMENT_SHARDS.length, from: cursor.slice(at + 1) };
}
