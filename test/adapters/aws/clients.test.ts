import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { dynamoClient, sqsClient } from "#adapters/aws/clients.ts";

describe("the clients", () => {
	it("are made once", () => {
		expect(dynamoClient()).toBe(dynamoClient());
		expect(sqsClient()).toBe(sqsClient());
	});

	it("come alone: a function that asks for one carries no other's code", async () => {
		const { metafile } = await build({
			stdin: {
				contents: 'import { dynamoClient } from "./adapters/aws/clients.ts"; export const client = dynamoClient();',
				resolveDir: process.cwd(),
			},
			bundle: true,
			write: false,
			metafile: true,
			platform: "node",
			format: "esm",
			mainFields: ["module", "main"],
		});
		const [output] = Object.values(metafile.outputs);
		const packages = Object.entries(output?.inputs ?? {})
			.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
			.flatMap(([path]) => /@aws-sdk\/(client-[a-z-]+)/.exec(path)?.[1] ?? []);
		expect([...new Set(packages)]).toEqual(["client-dynamodb"]);
	});
});
