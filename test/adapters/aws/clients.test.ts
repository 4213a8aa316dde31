import { build } from "esbuild";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dynamoClient, eventBridgeClient, sqsClient } from "#adapters/aws/clients.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { answering } from "./answering.ts";

describe("the clients", () => {
	afterEach(() => vi.unstubAllEnvs());

	it("go where AWS_ENDPOINT_URL says", async () => {
		const server = await answering(() => ({ FailedEntryCount: 0, Entries: [{ EventId: "id" }] }));
		vi.stubEnv("AWS_ENDPOINT_URL", server.settings.endpoint);
		vi.stubEnv("AWS_REGION", "eu-central-1");
		vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
		vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
		const bus = eventBridgeBus({ client: eventBridgeClient(), bus: "tutti" });
		await bus.publish([{ source: "tutti.collect", detailType: "EventsCollected", detail: {} }]);
		expect(server.calls.map((call) => call.operation)).toEqual(["PutEvents"]);
		await server.close();
	});

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
