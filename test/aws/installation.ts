import { S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { planAnswer } from "#contracts/http/admin-definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { signIn } from "./administrator.ts";
import { CREDENTIALS, REGION } from "./cdk.ts";
import { tutti } from "./command-line.ts";
import { type Deployment, deployToEmulator, outputOf } from "./deployment.ts";
import { VENDOR_HOST } from "./vendor.ts";

/** A deployment that is in use: with an administrator, the secrets of a destination, and the workspace in force. */
export type Installation = Deployment & {
	readonly operator: { readonly url: string; readonly token: string };
	/** Settings of an AWS client of the account's owner. */
	readonly client: { readonly endpoint: string; readonly region: string; readonly credentials: typeof CREDENTIALS };
	readonly s3: S3Client;
	readonly sqs: SQSClient;
	/** What the admin API answers to its administrator. Throws when that is no 200. */
	ask(path: string, body?: object): Promise<unknown>;
	/** What the stack of data made: `TableName`, `ArchiveBucketName` … */
	made(name: string): string;
	/** The id of an identifier, made with the installation's own key. */
	seedIdOf(value: string, namespace?: string): Promise<SeedId>;
	/** The URLs of the queues whose names have this in them. */
	queues(part: string): Promise<readonly string[]>;
};

/** In the order of docs/how-to/deploy.md. */
export async function openInstallation(): Promise<Installation> {
	const deployment = await deployToEmulator();
	try {
		const operator = { url: deployment.url, token: await signIn(deployment) };
		const installation = { ...deployment, operator, ...toolsOf(deployment, operator) };
		await putSecrets(installation);
		const { changes } = planAnswer.parse(await tutti(["apply"], operator));
		const kinds = new Set(changes.map(({ change }) => change));
		if (changes.length < 5 || kinds.size > 1) throw new Error(`applying changed ${changes.length}: ${[...kinds]}`);
		return installation;
	} catch (error) {
		await deployment.close();
		throw error;
	}
}

function toolsOf({ endpoint, url, outputs }: Deployment, { token }: Installation["operator"]) {
	const client = { endpoint, region: REGION, credentials: CREDENTIALS };
	const sqs = new SQSClient(client);
	return {
		client,
		s3: new S3Client({ ...client, forcePathStyle: true }),
		sqs,
		ask: async (path: string, body?: object): Promise<unknown> => {
			const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
			const sent = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
			const answer = await fetch(`${url}${path}`, sent);
			if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
			return answer.json();
		},
		made: (name: string) => outputOf(outputs, "tutti-dev-data", name),
		seedIdOf: async (value: string, namespace = "user_id") => {
			const secretsManager = new SecretsManagerClient(client);
			const secrets = secretsManagerSecrets({ client: secretsManager, prefix: "tutti/dev", now: () => new Date() });
			return (await vaultFrom(secrets)).seedId({ namespace, value });
		},
		queues: async (part: string) => {
			const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "tutti-dev-" }));
			return QueueUrls.filter((queue) => queue.includes(part));
		},
	};
}

async function putSecrets({ client, vendor }: Pick<Installation, "client" | "vendor">): Promise<void> {
	const secrets = new SecretsManagerClient(client);
	for (const [name, SecretString] of Object.entries({ url: `https://${VENDOR_HOST}/hook`, secret: vendor.secret })) {
		await secrets.send(new CreateSecretCommand({ Name: `tutti/dev/crm-webhook-${name}`, SecretString }));
	}
}
