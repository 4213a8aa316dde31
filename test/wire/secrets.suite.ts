import { randomUUID } from "node:crypto";
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import type { Aws } from "#test/support/aws-at.ts";

/** Secrets are read by name under their prefix; what is not there is undefined. */
export function secretsSuite(aws: () => Aws): void {
	const aSecret = async (value: string) => {
		const prefix = `tutti/${randomUUID()}`;
		await aws().secrets.send(new CreateSecretCommand({ Name: `${prefix}/hook`, SecretString: value }));
		return { prefix, open: () => secretsManagerSecrets({ client: aws().secrets, prefix, now: () => new Date() }) };
	};

	it("reads a secret under its prefix, and none of another name or prefix", async () => {
		const { prefix, open } = await aSecret('{"key":"Zoë 😀"}');
		expect(await open().read("hook")).toBe('{"key":"Zoë 😀"}');
		expect(await open().read("hoo")).toBeUndefined();
		const elsewhere = secretsManagerSecrets({ client: aws().secrets, prefix: `${prefix}x`, now: () => new Date() });
		expect(await elsewhere.read("hook")).toBeUndefined();
	});

	it("reads the newest version, though one that was read before stays for a while", async () => {
		const { prefix, open } = await aSecret("old");
		const reader = open();
		expect(await reader.read("hook")).toBe("old");
		await aws().secrets.send(new PutSecretValueCommand({ SecretId: `${prefix}/hook`, SecretString: "new" }));
		expect(await open().read("hook")).toBe("new");
		expect(await reader.read("hook")).toBe("old");
	});

	it("has no secret that is being deleted", async () => {
		const { prefix, open } = await aSecret("gone");
		await aws().secrets.send(new DeleteSecretCommand({ SecretId: `${prefix}/hook`, RecoveryWindowInDays: 7 }));
		expect(await open().read("hook")).toBeUndefined();
	});
}
