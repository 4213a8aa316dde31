import {
	GetSecretValueCommand,
	ResourceNotFoundException,
	type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Secrets } from "#domain/model/ports.ts";

/** A secret that was changed is used everywhere after this long. */
const KEPT_MILLISECONDS = 5 * 60 * 1000;

/**
 * Secrets in AWS Secrets Manager, named `<prefix>/<name>`. What was read is kept for five minutes; that there is none is
 * not, so a secret works as soon as it is made.
 */
export function secretsManagerSecrets(deps: {
	readonly client: SecretsManagerClient;
	readonly prefix: string;
	readonly now?: () => Date;
}): Secrets {
	const { client, prefix, now = () => new Date() } = deps;
	const kept = new Map<string, { readonly secret: string; readonly until: number }>();

	return {
		async read(name) {
			const found = kept.get(name);
			if (found && found.until > now().getTime()) return found.secret;
			const secret = await look(client, `${prefix}/${name}`);
			if (secret === undefined) kept.delete(name);
			else kept.set(name, { secret, until: now().getTime() + KEPT_MILLISECONDS });
			return secret;
		},
	};
}

async function look(client: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
	try {
		return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
	} catch (error) {
		if (error instanceof ResourceNotFoundException || isBeingDeleted(error)) return undefined;
		throw error;
	}
}

/** A deleted secret can still be seen, but not read, for some days. */
const isBeingDeleted = (error: unknown): boolean =>
	error instanceof Error &&
	error.name === "InvalidRequestException" &&
	/marked (for deletion|deleted)/.test(error.message);
