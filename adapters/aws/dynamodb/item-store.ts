import {
	BatchGetItemCommand,
	DeleteItemCommand,
	type DynamoDBClient,
	GetItemCommand,
	PutItemCommand,
	QueryCommand,
	TransactWriteItemsCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Item, ItemStore, Reading } from "#adapters/items/item-store.ts";
import { batchesOf } from "../batches.ts";
import { type Resending, sendUntilTaken, withJitter } from "../resend.ts";
import { type Attributes, fromAttributes } from "./attributes.ts";
import { deleteOf, keyOf, putOf, transactionPart, updateOf } from "./operations.ts";
import { cursorAfter, isEmpty, queryOf } from "./pages.ts";
import { written } from "./refusals.ts";

const KEYS_PER_CALL = { count: 100, bytes: Number.POSITIVE_INFINITY };
const WRITES_PER_TRANSACTION = 100;

/**
 * The item store on DynamoDB: one table with the keys `pk` and `sk`, both text, and `ttl` as its time-to-live attribute.
 * Reads are consistent but for those that may be stale. A write that met another transaction is tried again a few times, then thrown.
 */
export function dynamoItemStore(deps: {
	readonly client: DynamoDBClient;
	readonly table: string;
	readonly now?: () => Date;
	readonly resending?: Resending;
}): ItemStore {
	const { client, table, now = () => new Date(), resending = withJitter } = deps;

	/** DynamoDB may keep an item for days after its time. */
	const alive = (found: readonly Attributes[] = []): Item[] =>
		found.map(toItem).filter(({ ttl }) => ttl === undefined || ttl > now().getTime() / 1000);

	async function getBatch(keys: readonly Attributes[], { mayBeStale = false }: Reading): Promise<Item[]> {
		const found: Attributes[] = [];
		const read = async (some: readonly Attributes[]) => {
			const RequestItems = { [table]: { Keys: [...some], ConsistentRead: !mayBeStale } };
			const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }));
			found.push(...(Responses?.[table] ?? []));
			return (UnprocessedKeys?.[table]?.Keys ?? []).map((item) => ({ item, code: "UnprocessedKeys" }));
		};
		const left = await sendUntilTaken(keys, read, resending);
		if (left.length > 0) throw new Error(`the table left ${left.length} of ${keys.length} keys unread`);
		return alive(found);
	}

	return {
		async get(key) {
			const { Item } = await client.send(
				new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }),
			);
			return alive(Item && [Item])[0];
		},
		async batchGet(keys, how = {}) {
			const batches = [...batchesOf(keys.map(keyOf), KEYS_PER_CALL, () => 0)];
			return (await Promise.all(batches.map((batch) => getBatch(batch, how)))).flat();
		},
		async query(query) {
			if (isEmpty(query)) return { items: [] };
			const { Items, LastEvaluatedKey } = await client.send(new QueryCommand(queryOf(table, query)));
			return { items: alive(Items), ...cursorAfter(LastEvaluatedKey) };
		},
		put: (item, condition) =>
			written(() => client.send(new PutItemCommand(putOf(table, { item, condition, now: now() }))), resending),
		update: (key, changes, condition) =>
			written(
				() => client.send(new UpdateItemCommand(updateOf(table, { key, changes, condition, now: now() }))),
				resending,
			),
		delete: (key, condition) =>
			written(() => client.send(new DeleteItemCommand(deleteOf(table, { key, condition, now: now() }))), resending),
		async transact(writes) {
			if (writes.length === 0) return { kind: "written" };
			if (writes.length > WRITES_PER_TRANSACTION)
				throw new Error(`${writes.length} writes are too many for a transaction`);
			const TransactItems = writes.map((write) => transactionPart(table, write, now()));
			return written(() => client.send(new TransactWriteItemsCommand({ TransactItems })), resending);
		},
	};
}

/** What the table holds was written by this store, under the keys it was asked for. */
const toItem = (attributes: Attributes): Item => fromAttributes(attributes) as Item;
