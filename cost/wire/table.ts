import { attributesSize } from "#adapters/meter/item-size.ts";
import { type Attributes, meets, type Named, updated } from "./expressions.ts";

/** An error of DynamoDB's, to be answered as such. */
export class TableError extends Error {
	readonly fields: object;
	constructor(name: string, fields: object = {}) {
		super(name);
		this.name = name;
		this.fields = fields;
	}
}

type Key = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };
type Write = Named & { readonly Item?: Attributes; readonly Key?: Key; readonly ConditionExpression?: string };
type Part = {
	readonly [kind in "Put" | "Update" | "Delete" | "ConditionCheck"]?: Write & { UpdateExpression?: string };
};
type Query = Named & {
	readonly KeyConditionExpression: string;
	readonly ConsistentRead?: boolean;
	readonly ScanIndexForward?: boolean;
	readonly Limit?: number;
	readonly ExclusiveStartKey?: Key;
};
type Read = { readonly ConsistentRead?: boolean };

/** Developer Guide, "DynamoDB read and write operations": units of an item of so many bytes. */
const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));
const readUnits = (bytes: number, { ConsistentRead = false }: Read): number =>
	Math.max(1, Math.ceil(bytes / 4096)) / (ConsistentRead ? 1 : 2);
const sizeOf = (item: Attributes | undefined): number => (item ? attributesSize(item) : 0);

/** One table with the keys `pk` and `sk`, in memory, that answers as DynamoDB does and says what each call consumed. */
export function openTable() {
	const partitions = new Map<string, Map<string, Attributes>>();
	/** Rows of the outbox as they were put: what the table's stream would bring. */
	const outbox: Attributes[] = [];
	const find = ({ pk, sk }: Key) => partitions.get(pk.S)?.get(sk.S);
	const keyOf = ({ Item, Key }: Write): Key => (Key ?? Item) as Key; // an item has its key

	function put(item: Attributes): void {
		const { pk, sk } = item as unknown as Key; // as above
		if (pk.S.startsWith("OUT#") && !find({ pk, sk })) outbox.push(item);
		const partition = partitions.get(pk.S) ?? new Map();
		partitions.set(pk.S, partition.set(sk.S, item));
	}

	/** Answers what it costs, once. */
	function write(kind: keyof Part, one: Write & { UpdateExpression?: string }): number {
		const key = keyOf(one);
		const before = find(key);
		const after = kind === "Put" ? one.Item : kind === "Update" ? afterUpdate(before ?? { ...key }, one) : undefined;
		if (after) put(after);
		else if (kind === "Delete") partitions.get(key.pk.S)?.delete(key.sk.S);
		return writeUnits(Math.max(sizeOf(before), sizeOf(after)));
	}
	const afterUpdate = (before: Attributes, one: Write & { UpdateExpression?: string }) =>
		updated(before, one.UpdateExpression ?? "", one);

	function writeAlone(kind: keyof Part) {
		return (one: Write) => {
			if (!meets(find(keyOf(one)), one.ConditionExpression, one))
				throw new TableError("ConditionalCheckFailedException", { message: "The conditional request failed" });
			return { ConsumedCapacity: { CapacityUnits: write(kind, one) } };
		};
	}

	function transact({ TransactItems }: { readonly TransactItems: readonly Part[] }) {
		const parts = TransactItems.flatMap((part) => Object.entries(part) as [keyof Part, Write][]);
		const holds = parts.map(([, one]) => meets(find(keyOf(one)), one.ConditionExpression, one));
		if (holds.includes(false)) {
			const CancellationReasons = holds.map((held) => ({ Code: held ? "None" : "ConditionalCheckFailed" }));
			throw new TableError("TransactionCanceledException", { CancellationReasons });
		}
		const once = parts.reduce((sum, [kind, one]) => sum + write(kind, one), 0);
		return { ConsumedCapacity: [{ CapacityUnits: 2 * once }] };
	}

	function query({ KeyConditionExpression, ScanIndexForward = true, Limit = 100, ExclusiveStartKey, ...asked }: Query) {
		const named = asked as Named;
		const pk = named.ExpressionAttributeValues?.[":0"]?.S ?? ""; // the partition is what our queries name first
		const bySortKey = (x: Attributes, y: Attributes) =>
			Buffer.compare(Buffer.from(x.sk?.S ?? ""), Buffer.from(y.sk?.S ?? ""));
		const all = [...(partitions.get(pk)?.values() ?? [])]
			.filter((item) => meets(item, KeyConditionExpression, named))
			.sort((x, y) => (ScanIndexForward ? bySortKey(x, y) : bySortKey(y, x)));
		const from = ExclusiveStartKey ? all.findIndex(({ sk }) => sk?.S === ExclusiveStartKey.sk.S) + 1 : 0;
		const Items = all.slice(from, from + Limit);
		const last = from + Limit < all.length ? Items.at(-1) : undefined;
		const CapacityUnits = readUnits(
			Items.reduce((sum, item) => sum + sizeOf(item), 0),
			asked,
		);
		return {
			Items,
			...(last && { LastEvaluatedKey: { pk: last.pk, sk: last.sk } }),
			ConsumedCapacity: { CapacityUnits },
		};
	}

	function batchGet({ RequestItems }: { readonly RequestItems: Record<string, Read & { readonly Keys: Key[] }> }) {
		const found = Object.entries(RequestItems).map(([table, asked]) => {
			const items = asked.Keys.map(find);
			const CapacityUnits = items.reduce((sum, item) => sum + readUnits(sizeOf(item), asked), 0);
			return { table, items: items.filter((item) => item !== undefined), CapacityUnits };
		});
		return {
			Responses: Object.fromEntries(found.map(({ table, items }) => [table, items])),
			UnprocessedKeys: {},
			ConsumedCapacity: found.map(({ CapacityUnits }) => ({ CapacityUnits })),
		};
	}

	return {
		outbox,
		items: () => [...partitions.values()].reduce((sum, { size }) => sum + size, 0),
		operations: {
			GetItem: ({ Key, ...asked }: Read & { Key: Key }) => {
				const Item = find(Key);
				return { ...(Item && { Item }), ConsumedCapacity: { CapacityUnits: readUnits(sizeOf(Item), asked) } };
			},
			BatchGetItem: batchGet,
			Query: query,
			PutItem: writeAlone("Put"),
			UpdateItem: writeAlone("Update"),
			DeleteItem: writeAlone("Delete"),
			TransactWriteItems: transact,
		},
	};
}
