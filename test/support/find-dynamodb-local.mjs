import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

/** The folder with DynamoDB Local's jars: `TUTTI_DYNAMODB_LOCAL`, else `.build/dynamodb-local`; undefined without it or without Java. */
export function findDynamoDbLocal() {
	const folder = resolve(process.env.TUTTI_DYNAMODB_LOCAL ?? ".build/dynamodb-local");
	const isThere = existsSync(folder) && readdirSync(folder).some((name) => /^DynamoDBLocal-.*\.jar$/.test(name));
	return isThere && spawnSync("java", ["-version"], { stdio: "ignore" }).status === 0 ? folder : undefined;
}
