import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { keys } from "#adapters/items/keys.ts";
import { planAnswer } from "#contracts/http/admin-definitions.ts";
import { deliveriesAnswer } from "#contracts/http/deliveries.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { signIn } from "./administrator.ts";
import { readArchive } from "./archive-files.ts";
import { CREDENTIALS, REGION } from "./cdk.ts";
import { tutti } from "./command-line.ts";
import { type Deployment, deployToEmulator, outputOf } from "./deployment.ts";
import { eventually } from "./eventually.ts";

let installation: Deployment;
let operator: { readonly url: string; readonly token: string };
let messageId: string;

// In the order of docs/how-to/deploy.md. What goes wrong here makes every claim below pointless.
beforeAll(async () => {
	installation = await deployToEmulator();
	operator = { url: installation.url, token: await signIn(installation) };
	await putSecrets();
	await applyWorkspace();
	messageId = await identify({ userId: "ada", traits: { email: "ada@example.com", tier: "gold" } });
}, 300_000);

afterAll(() => installation?.close());

const now = () => new Date();
const client = () => ({ endpoint: installation.endpoint, region: REGION, credentials: CREDENTIALS });
const read = async (path: string): Promise<unknown> => {
	const answer = await fetch(`${operator.url}${path}`, { headers: { authorization: `Bearer ${operator.token}` } });
	expect(answer.status, path).toBe(200);
	return answer.json();
};
const made = (name: string) => outputOf(installation.outputs, "tutti-dev-data", name);

describe("an installation in an account, as far as an emulator can tell", () => {
	it("lets nobody into the admin API without a token of its own pool", async () => {
		for (const headers of [{}, { authorization: "Bearer made.up.token" }]) {
			const { status } = await fetch(`${operator.url}/v1/definitions`, { headers });
			expect(status).toBe(401);
		}
	});

	it("has made a profile in the table out of the SDK's event", async () => {
		const seedId = await seedIdOf("ada");
		const items = dynamoItemStore({ client: new DynamoDBClient(client()), table: made("TableName"), now });
		await eventually("the fragment of the person", () => items.get(keys.fragment(seedId)));
		const profile = profileAnswer.parse(await read("/v1/profiles/user_id:ada"));
		expect(profile.traits).toMatchObject({ email: "ada@example.com", tier: "gold" });
	});

	it("has put it into the archive, in the folder of its day, with the person's seed id", async () => {
		const s3 = new S3Client({ ...client(), forcePathStyle: true });
		const { row, folder } = await eventually("the event in the archive", async () =>
			(await readArchive(s3, made("ArchiveBucketName"))).find((line) => line.row.message_id === messageId),
		);
		expect(row).toMatchObject({ type: "identify", source: "server", user_id: "ada", seed_id: await seedIdOf("ada") });
		expect(folder).toBe(`events/day=${String(row.received_at).slice(0, 10)}/`);
	});

	it("has told the archive, by way of outbox, bus and queue, that the e-mail address is the person's", async () => {
		const s3 = new S3Client({ ...client(), forcePathStyle: true });
		const ada = await seedIdOf("ada");
		const address = await seedIdOf("ada@example.com", "email");
		const { row, folder } = await eventually("the change of identity in the archive", async () =>
			(await readArchive(s3, made("ArchiveBucketName"), "identity-changes")).find(
				(line) => line.row.seed_id === address,
			),
		);
		expect(row).toMatchObject({ profile_id: ada, message_id: messageId });
		expect(folder).toBe(`identity-changes/day=${String(row.changed_at).slice(0, 10)}/`);
	});

	it("tries to tell the destination that the person entered a segment, by way of outbox, bus and queue", async () => {
		const attempt = await eventually("a try to tell the destination", async () => {
			const { deliveries } = deliveriesAnswer.parse(await read("/v1/deliveries?destination=crm-webhook"));
			const [delivery] = deliveries;
			if (delivery) expect(delivery.news).toMatchObject({ kind: "entered", segmentId: "gold-members" });
			return delivery?.attempts[0];
		});
		// It read both secrets and then found nobody there.
		expect(attempt).toMatchObject({ attempt: 1, outcome: "retry" });
	});

	it("leaves nothing among the dead letters", async () => {
		const sqs = new SQSClient(client());
		const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "tutti-dev-" }));
		const deadLetters = QueueUrls.filter((url) => url.includes("DeadLetters"));
		expect(deadLetters).toHaveLength(10);
		for (const QueueUrl of deadLetters) {
			const AttributeNames = ["ApproximateNumberOfMessages" as const];
			const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
			expect(Attributes, QueueUrl).toEqual({ ApproximateNumberOfMessages: "0" });
		}
	});
});

/** The destination of the example: one that is not there. Functions may reach the internet, but not this machine. */
async function putSecrets(): Promise<void> {
	const secrets = new SecretsManagerClient(client());
	const values = { url: "https://crm.invalid/hook", secret: `whsec_${randomBytes(32).toString("base64")}` };
	for (const [name, SecretString] of Object.entries(values)) {
		await secrets.send(new CreateSecretCommand({ Name: `tutti/dev/crm-webhook-${name}`, SecretString }));
	}
}

async function applyWorkspace(): Promise<void> {
	const { changes } = planAnswer.parse(await tutti(["apply"], operator));
	expect(changes.length).toBeGreaterThan(5);
	expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(["created"]));
}

/** The id of an identifier, made with the installation's own key. */
async function seedIdOf(value: string, namespace = "user_id"): Promise<SeedId> {
	const secrets = secretsManagerSecrets({ client: new SecretsManagerClient(client()), prefix: "tutti/dev", now });
	return (await vaultFrom(secrets)).seedId({ namespace, value });
}

/** Sends one identify call as an application would, and answers its message id once the collector has answered. */
async function identify(call: { readonly userId: string; readonly traits: Record<string, string> }): Promise<string> {
	const analytics = new Analytics({ writeKey: "sk_demo_server", host: operator.url, maxRetries: 2 });
	const sent = await new Promise<string>((done, failed) => {
		analytics.identify(call, (error, context) => {
			if (error) failed(new Error(String(error)));
			else done(context?.event.messageId ?? "");
		});
	});
	await analytics.closeAndFlush({ timeout: 10_000 });
	return sent;
}
