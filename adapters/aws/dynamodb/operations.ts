import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Changes, Condition, Item, ItemKey, Write } from "#adapters/items/item-store.ts";
import { toAttributes } from "./attributes.ts";
import { alwaysHolds, conditionExpression, type Placeholders, placeholders, updateExpression } from "./expressions.ts";

type If = { readonly condition?: Condition | undefined };

/** A key, and nothing else that the object may hold. */
export const keyOf = ({ pk, sk }: ItemKey) => toAttributes({ pk, sk });

/** What one write says to DynamoDB, the same alone and in a transaction. */
export const putOf = (TableName: string, { item, condition }: If & { readonly item: Item }) => {
	const used = placeholders();
	return { TableName, Item: toAttributes(item), ...conditioned(condition, used), ...used.named() };
};

export const updateOf = (
	TableName: string,
	{ key, changes, condition }: If & { readonly key: ItemKey; readonly changes: Changes },
) => {
	const used = placeholders();
	const UpdateExpression = updateExpression(changes, used);
	return { TableName, Key: keyOf(key), UpdateExpression, ...conditioned(condition, used), ...used.named() };
};

export const deleteOf = (TableName: string, { key, condition }: If & { readonly key: ItemKey }) => {
	const used = placeholders();
	return { TableName, Key: keyOf(key), ...conditioned(condition, used), ...used.named() };
};

const checkOf = (TableName: string, { key, condition }: { readonly key: ItemKey; readonly condition: Condition }) => {
	const used = placeholders();
	const ConditionExpression = conditionExpression(condition, used) ?? alwaysHolds(used);
	return { TableName, Key: keyOf(key), ConditionExpression, ...used.named() };
};

/** A write as a part of a transaction. */
export function transactionPart(table: string, write: Write): TransactWriteItem {
	switch (write.kind) {
		case "put":
			return { Put: putOf(table, write) };
		case "update":
			return { Update: updateOf(table, write) };
		case "delete":
			return { Delete: deleteOf(table, write) };
		case "check":
			return { ConditionCheck: checkOf(table, write) };
	}
}

function conditioned(condition: Condition | undefined, used: Placeholders): { ConditionExpression?: string } {
	const ConditionExpression = condition && conditionExpression(condition, used);
	return ConditionExpression === undefined ? {} : { ConditionExpression };
}
