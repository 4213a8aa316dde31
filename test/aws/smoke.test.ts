import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { keys } from "#adapters/items/keys.ts";
import { loadWorkspace } from "#cli/workspace.ts";
import { planAnswer } from "#contracts/http/admin-definitions.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { signIn } from "./administrator.ts";
import { readArchive } from "./archive-files.ts";
import { CREDENTIALS, type Deployment, deployToEmulator, outputOf, REGION } from "./deployment.ts";
import { eventually } from "./eventually.ts";

let installation: Deployment;
let token: string;

beforeAll(async () => {
	installation = await deployToEmulator();
	token = await signIn(installation);
}, 300_000);

afterAll(() => installation?.close());

const client = () => ({ endpoint: installation.endpoint, region: REGION, credentials: CREDENTIALS });
const now = () => new Date();
const admin = (path: string, init: RequestInit = {}) =>
	fetch(`${installation.url}${path}`, {
		...init,
		headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
	});

describe("an installation on AWS, as far as an emulator can tell", () => {
	it("lets nobody into the admin API without a token of its pool", async () => {
		for (const headers of [{}, { authorization: "Bearer made.up.token" }]) {
			const { status } = await fetch(`${installation.url}/v1/definitions`, { headers });
			expect(status).toBe(401);
		}
	});

	it("takes the example workspace", async () => {
		const body = JSON.stringify({ definitions: await loadWorkspace("workspace") });
		const answer = await admin("/v1/definitions/apply", { method: "POST", body });
		expect(answer.status, await answer.clone().text()).toBe(200);
		const { changes } = planAnswer.parse(await answer.json());
		expect(changes.map(({ change }) => change)).toEqual(changes.map(() => "created"));
		expect(changes.length).toBeGreaterThan(5);
	});

	it("brings an event of Segment's own SDK to the table, the archive and, as a segment, to the deliverer", async () => {
		const messageId = await identify("ada", { email: "ada@example.com", tier: "gold" });

		const profile = await eventually("the profile", async () => {
			const answer = await admin("/v1/profiles/user_id:ada");
			return answer.status === 200 ? profileAnswer.parse(await answer.json()) : undefined;
		});
		expect(profile.traits).toMatchObject({ email: "ada@example.com", tier: "gold" });

		const items = dynamoItemStore({
			client: new DynamoDBClient(client()),
			table: outputOf(installation.outputs, "tutti-dev-data", "TableName"),
			now,
		});
		const secrets = secretsManagerSecrets({ client: new SecretsManagerClient(client()), prefix: "tutti/dev", now });
		const seedId = (await vaultFrom(secrets)).seedId({ namespace: "user_id", value: "ada" });
		expect(await items.get(keys.fragment(seedId))).toBeDefined();

		const s3 = new S3Client({ ...client(), forcePathStyle: true });
		const bucket = outputOf(installation.outputs, "tutti-dev-data", "ArchiveBucketName");
		const archived = await eventually("the event in the archive", async () =>
			(await readArchive(s3, bucket)).find(({ row }) => row.message_id === messageId),
		);
		expect(archived.row).toMatchObject({ type: "identify", source: "server", user_id: "ada", seed_id: seedId });
		expect(archived.folder).toBe(`events/day=${now().toISOString().slice(0, 10)}/`);
	});
});

/** Sends one identify call as an application would, and answers its message id once the collector has answered. */
async function identify(userId: string, traits: Record<string, unknown>): Promise<string> {
	const analytics = new Analytics({ writeKey: "sk_demo_server", host: installation.url, maxRetries: 2 });
	const failures: unknown[] = [];
	analytics.on("error", ({ code, reason }) => failures.push({ code, reason }));
	const { event } = await new Promise<{ event: { messageId: string } }>((done, failed) => {
		analytics.identify({ userId, traits }, (error, context) => {
			if (error) failed(new Error(String(error)));
			else done(context as never);
		});
	});
	await analytics.closeAndFlush({ timeout: 10_000 });
	expect(failures).toEqual([]);
	return event.messageId;
}
