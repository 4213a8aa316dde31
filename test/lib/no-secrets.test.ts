import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { prod } from "./synth.ts";

/** What a secret looks like, wherever it stands. */
const SECRETS: readonly RegExp[] = [
	/\bA(?:KIA|SIA)[0-9A-Z]{16}\b/,
	/-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}/,
	/\bsk_(?:live|demo|test|prod)_?\w+/,
	/\bwhsec_[A-Za-z0-9+/=]{16,}/,
	/\btut_[A-Za-z0-9_-]{20,}/,
	/\bgh[pousr]_[A-Za-z0-9]{30,}/,
	/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
	/\{\{resolve:secretsmanager/,
];
const found = (text: string): string[] => SECRETS.flatMap((secret) => secret.exec(text)?.[0].slice(0, 12) ?? []);

const handlers = Object.keys(import.meta.glob("/functions/*/*/handler.ts")).map((path) => `.${path}`);

it("knows a secret when it sees one", () => {
	expect(found("AKIAIOSFODNN7EXAMPLE")).toHaveLength(1);
	expect(found("writeKey: sk_demo_server")).toHaveLength(1);
	expect(found("{{resolve:secretsmanager:tutti/prod/vault}}")).toHaveLength(1);
});

describe("no secret", () => {
	it("stands in a template, nor is put there when it is deployed", () => {
		const text = JSON.stringify(prod().resources);
		expect(text.length).toBeGreaterThan(100_000);
		expect(found(text)).toEqual([]);
	});

	it("is in a function's environment, which holds names, addresses and numbers", () => {
		const names = prod()
			.all("AWS::Lambda::Function")
			.flatMap(({ Properties }) => Object.keys(Properties.Environment.Variables));
		expect(names.length).toBeGreaterThan(20);
		expect(names.filter((name) => /PASSWORD|TOKEN|PRIVATE|CREDENTIAL|API_?KEY|SECRET(?!S_PREFIX)/.test(name))).toEqual(
			[],
		);
	});

	it("has a value that we wrote: the vault's is made by AWS", () => {
		for (const { Properties } of prod().all("AWS::SecretsManager::Secret")) {
			expect(Properties).toHaveProperty("GenerateSecretString");
			expect(Properties).not.toHaveProperty("SecretString");
		}
	});

	it("is in a bundle, nor is a path of the machine that made it", async () => {
		expect(handlers.length).toBeGreaterThan(8);
		const { outputFiles } = await build({
			entryPoints: handlers,
			bundle: true,
			minify: true,
			write: false,
			platform: "node",
			format: "esm",
			outdir: "nowhere",
			mainFields: ["module", "main"],
			logLevel: "silent",
		});
		expect(outputFiles).toHaveLength(handlers.length);
		for (const { path, text } of outputFiles) {
			expect({ path, found: found(text) }).toEqual({ path, found: [] });
			expect(text.includes(process.cwd())).toBe(false);
		}
	});
});
