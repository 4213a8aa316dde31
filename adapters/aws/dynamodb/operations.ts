import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Changes, Condition, Item, ItemKey, Write } from "#adapters/items/item-store.ts";
import { toAttributes } from "./attributes.ts";
import { alwaysHolds, conditionExpression, type Placeholders, placeholders, updateExpression } from "./expressions.ts";

/** What must hold for a write to happen, and the time by which an item is past its `ttl`. */
type If = { readonly condition?: Condition | undefined; readonly now: Date };

/** A key, and nothing else that the object may hold. */
export const keyOf = ({ pk, sk }: ItemKey) => toAttributes({ pk, sk });

/** What one write says to DynamoDB, the same alone and in a transaction. */
export const putOf = (TableName: string, { item, condition, now }: If & { readonly item: Item }) => {
	const used = placeholders();
	return { TableName, Item: toAttributes(item), ...conditioned(condition, used, now), ...used.named() };
};

export const updateOf = (
	TableName: string,
	{ key, changes, condition, now }: If & { readonly key: ItemKey; readonly changes: Changes },
) => {
	const used = placeholders();
	const UpdateExpression = updateExpression(changes, used);
	return { TableName, Key: keyOf(key), UpdateExpression, ...conditioned(condition, used, now), ...used.named() };
};

export const deleteOf = (TableName: string, { key, condition, now }: If & { readonly key: ItemKey }) => {
	const used = placeholders();
	return { TableName, Key: keyOf(key), ...conditioned(condition, used, now), ...used.named() };
};

const checkOf = (
	TableName: string,
	{ key, condition, now }: { readonly key: ItemKey; readonly condition: Condition; readonly now: Date },
) => {
	const used = placeholders();
	const ConditionExpression = conditionExpression(condition, used, now) ?? alwaysHolds(used);
	return { TableName, Key: keyOf(key), ConditionExpression, ...used.named() };
};

/** A write as a part of a transaction. */
export function transactionPart(table: string, write: Write, now: Date): TransactWriteItem {
	switch (write.kind) {
		case "put":
			return { Put: putOf(table, { ...write, now }) };
		case "update":
			return { Update: updateOf(table, { ...write, now }) };
		case "delete":
			return { Delete: deleteOf(table, { ...write, now }) };
		case "check":
			return { ConditionCheck: checkOf(table, { ...write, now }) };
	}
}

function conditioned(
	condition: Condition | undefined,
	used: Placeholders,
	now: Date,
): { ConditionExpression?: string } {
	const ConditionExpression = condition && conditionExpression(condition, used, now);
	return ConditionExpression === undefined ? {} : { ConditionExpression };
}
