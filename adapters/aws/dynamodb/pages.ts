import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { ItemQuery } from "#adapters/items/item-store.ts";
import type { Attributes } from "./attributes.ts";
import { keyExpression, placeholders } from "./expressions.ts";
import { keyOf } from "./operations.ts";

const ITEMS_PER_PAGE = 100;

/** One page of a query, as DynamoDB is asked for it. */
export function queryOf(TableName: string, query: ItemQuery): QueryCommandInput {
	const used = placeholders();
	return {
		TableName,
		ConsistentRead: true,
		KeyConditionExpression: keyExpression(query, used),
		...used.named(),
		ScanIndexForward: !query.reverse,
		Limit: query.limit ?? ITEMS_PER_PAGE,
		...(query.cursor && { ExclusiveStartKey: keyOf({ pk: query.pk, sk: sortKeyIn(query.cursor) }) }),
	};
}

/** Whether the bounds leave no room, by the bytes DynamoDB sorts by: it refuses to be asked that. */
export const isEmpty = ({ from, to }: ItemQuery): boolean =>
	to === "" || (from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0);

/** The cursor of the next page: the sort key this one ended on, so that it says nothing of the table and fits a URL. */
export function cursorAfter(lastKey: Attributes | undefined): { cursor?: string } {
	const sortKey = lastKey?.sk?.S;
	return sortKey === undefined ? {} : { cursor: Buffer.from(sortKey).toString("base64url") };
}

const sortKeyIn = (cursor: string): string => Buffer.from(cursor, "base64url").toString();
