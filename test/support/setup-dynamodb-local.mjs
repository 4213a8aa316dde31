// `npm run setup:dynamodb-local`: Amazon's DynamoDB Local from Maven Central into `.build/dynamodb-local`, for `test/dynamodb-local`.
// Nobody has to: its licence is not ours, so nothing but this command fetches it. Needs Maven; to run it needs Java 17 or newer.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findDynamoDbLocal } from "./find-dynamodb-local.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

if (findDynamoDbLocal()) console.log("DynamoDB Local is there: .build/dynamodb-local");
else fetchIt();

function fetchIt() {
	const pom = join(root, "test", "support", "dynamodb-local.pom.xml");
	const to = `-DoutputDirectory=${join(root, ".build", "dynamodb-local")}`;
	const copy = ["-q", "-B", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", to];
	const { status, error } = spawnSync("mvn", copy, { stdio: "inherit" });
	if (status === 0) return console.log("fetched DynamoDB Local: .build/dynamodb-local");
	console.error(`Maven could not fetch it${error ? ` (${error.message})` : ""}`);
	process.exitCode = 1;
}
