import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { InstallationKeyUnusable, installationKey } from "#adapters/embedded/files/installation-key.ts";
import { fileSecrets, SecretsUnusable } from "#adapters/embedded/files/secrets.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;
beforeEach(() => {
	const made = temporaryFolder();
	folder = made.folder;
	return made.remove;
});
const modeOf = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
const write = (content: string, mode = 0o644) => writeFileSync(join(folder, "secrets.json"), content, { mode });
const read = (name: string, env: Record<string, string> = {}) => fileSecrets({ env, dataFolder: folder }).read(name);

describe("fileSecrets", () => {
	it("reads a secret from the environment before the file", async () => {
		write(JSON.stringify({ "webhook-key": "from the file", other: "also from the file" }));
		const env = { TUTTI_SECRET_WEBHOOK_KEY: "from the environment" };
		expect(await read("webhook-key", env)).toBe("from the environment");
		expect(await read("other", env)).toBe("also from the file");
		expect(await read("webhook-key")).toBe("from the file");
	});

	it.each(["missing", "constructor", "__proto__", "vault"])("has no secret %s that nobody gave it", async (name) => {
		write("{}");
		expect(await read(name)).toBeUndefined();
	});

	it("keeps the name of the installation key from definitions", async () => {
		write('{"vault":"x"}');
		expect(await read("vault", { TUTTI_SECRET_VAULT: "y" })).toBeUndefined();
	});

	it("has no secrets when there is no file", async () => {
		expect(await read("missing")).toBeUndefined();
	});

	it("takes the file from everybody but its owner", async () => {
		write('{"a":"b"}');
		chmodSync(join(folder, "secrets.json"), 0o644);
		expect(await read("a")).toBe("b");
		expect(modeOf("secrets.json")).toBe("600");
	});

	it("sees a change of the file at once", async () => {
		const secrets = fileSecrets({ env: {}, dataFolder: folder });
		write('{"a":"old"}');
		expect(await secrets.read("a")).toBe("old");
		write('{"a":"new"}');
		expect(await secrets.read("a")).toBe("new");
	});

	it.each(['{"a": "hunter2', '["hunter2"]', '{"a":["hunter2"]}', "null", ""])(
		"says which file is wrong and nothing of what is in it: %s",
		async (content) => {
			write(content);
			const error = await read("a").catch((caught: unknown) => caught);
			expect(error).toBeInstanceOf(SecretsUnusable);
			expect(String(error)).toContain("secrets.json");
			expect(String(error)).not.toContain("hunter2");
		},
	);
});

describe("installationKey", () => {
	it("is made once, of 32 bytes, and kept for its owner only", () => {
		const key = installationKey(folder);
		expect(key).toHaveLength(32);
		expect(installationKey(folder)).toEqual(key);
		expect(modeOf("vault.key")).toBe("600");
		expect(readdirSync(folder)).toEqual(["vault.key"]);
	});

	it("is another in another installation, and makes the folder it is to lie in", () => {
		expect(installationKey(join(folder, "new", "one"))).not.toEqual(installationKey(folder));
	});

	it.each(["", "short", "hunter2 is no key\n"])("is never made anew over a damaged one: %j", (content) => {
		writeFileSync(join(folder, "vault.key"), content);
		expect(() => installationKey(folder)).toThrow(InstallationKeyUnusable);
		expect(readFileSync(join(folder, "vault.key"), "utf8")).toBe(content);
	});
});
