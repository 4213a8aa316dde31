import { randomUUID } from "node:crypto";
import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import type { OpenedItemStore } from "#test/adapters/item-store.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";

/** The item store over a table of its own, with the keys of the deployed one. */
export async function openItemStore({ dynamo }: Pick<Aws, "dynamo">): Promise<OpenedItemStore> {
	const TableName = `items-${randomUUID()}`;
	await dynamo.send(
		new CreateTableCommand({
			TableName,
			BillingMode: "PAY_PER_REQUEST",
			AttributeDefinitions: [
				{ AttributeName: "pk", AttributeType: "S" },
				{ AttributeName: "sk", AttributeType: "S" },
			],
			KeySchema: [
				{ AttributeName: "pk", KeyType: "HASH" },
				{ AttributeName: "sk", KeyType: "RANGE" },
			],
		}),
	);
	await waitUntilTableExists({ client: dynamo, maxWaitTime: 30, minDelay: 1 }, { TableName });
	return {
		store: dynamoItemStore({ client: dynamo, table: TableName, now: () => new Date() }),
		close: async () => {
			await dynamo.send(new DeleteTableCommand({ TableName }));
		},
	};
}
