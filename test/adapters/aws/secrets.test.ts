import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, it } from "vitest";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { type AnsweringServer, answering, ServiceError } from "./answering.ts";

const MINUTE = 60_000;

describe("secretsManagerSecrets", () => {
	let server: AnsweringServer<{ SecretId: string }>;
	let time: number;
	afterEach(() => server.close());

	async function open(answer: (nth: number) => object) {
		time = Date.parse("2026-03-04T00:00:00Z");
		server = await answering<{ SecretId: string }>((_, nth) => answer(nth));
		const client = new SecretsManagerClient(server.settings);
		return secretsManagerSecrets({ client, prefix: "tutti/prod", now: () => new Date(time) });
	}

	it("keeps a secret for five minutes, then looks again", async () => {
		const secrets = await open((nth) => ({ SecretString: `version ${nth}` }));
		expect(await secrets.read("hook")).toBe("version 1");
		time += 5 * MINUTE - 1;
		expect(await secrets.read("hook")).toBe("version 1");
		time += 1;
		expect(await secrets.read("hook")).toBe("version 2");
		expect(server.calls.map(({ input }) => input.SecretId)).toEqual(Array(2).fill("tutti/prod/hook"));
	});

	it("keeps each name apart", async () => {
		const secrets = await open((nth) => ({ SecretString: `${nth}` }));
		expect([await secrets.read("a"), await secrets.read("b"), await secrets.read("a")]).toEqual(["1", "2", "1"]);
	});

	it("keeps no absence: a secret works as soon as it is made", async () => {
		const secrets = await open((nth) => {
			if (nth === 1) throw new ServiceError("ResourceNotFoundException");
			return { SecretString: "made" };
		});
		expect(await secrets.read("hook")).toBeUndefined();
		expect(await secrets.read("hook")).toBe("made");
	});

	it("throws what is not about the secret, and keeps nothing of it", async () => {
		const secrets = await open((nth) => {
			if (nth === 1) throw new ServiceError("DecryptionFailure");
			return { SecretString: "readable" };
		});
		await expect(secrets.read("hook")).rejects.toThrow("DecryptionFailure");
		expect(await secrets.read("hook")).toBe("readable");
	});
});
