import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesise } from "./synth.ts";

const handlers = Object.keys(import.meta.glob("/functions/*/*/handler.ts"));
const entries = handlers.map((path) => path.split("/").slice(2, 4).join("/"));

/** Bytes that a bundle may have without its source map. What is larger starts slower; see PERFORMANCE in docs. */
const LARGEST = 2_000_000;

let folder: string;
let aws: Server;
let bundles: Map<string, { readonly code: string; readonly environment: Record<string, string> }>;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "tutti-bundles-"));
	const { all } = synthesise({ stage: "dev" }, folder);
	bundles = new Map(
		all("AWS::Lambda::Function").map(({ Properties, Metadata }) => [
			Properties.Description,
			{ code: join(folder, Metadata?.["aws:asset:path"]), environment: placeholders(Properties.Environment.Variables) },
		]),
	);
	aws = await secretsManager();
});

afterAll(() => {
	aws?.close();
	rmSync(folder, { recursive: true, force: true });
});

describe.each(entries)("the bundle of %s", (entry) => {
	it("loads as the module it is deployed as, under its environment, and exports its handler", async () => {
		const { code, environment } = bundles.get(entry) ?? { code: "", environment: {} };
		const { handler, milliseconds } = await load(join(code, "index.mjs"), environment);
		const { size } = statSync(join(code, "index.mjs"));
		const besides = readdirSync(code, { recursive: true }).filter((file) => String(file).endsWith(".mjs")).length - 1;
		process.stdout.write(
			`${entry.padEnd(28)}${Math.round(size / 1000)} KB, loaded in ${milliseconds} ms${besides > 0 ? `, ${besides} files beside it` : ""}\n`,
		);
		expect(handler).toBe("function");
		expect(size).toBeLessThan(LARGEST);
	});
});

it("puts the bought destinations beside the deliverer", () => {
	const { code } = bundles.get("activate/deliver") ?? { code: "" };
	expect(readdirSync(join(code, "destinations")).length).toBeGreaterThan(0);
});

/** Tokens such as a queue's URL, resolved as an address would be. */
const placeholders = (variables: Record<string, unknown>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(variables).map(([name, value]) => {
			if (typeof value === "string") return [name, value];
			return [name, name.endsWith("_URL") ? "https://sqs.eu-west-1.amazonaws.com/1/queue" : "made-by-cloudformation"];
		}),
	);

const SCRIPT = `
	const started = performance.now();
	const { handler } = await import(process.argv[1]);
	console.log(JSON.stringify({ handler: typeof handler, milliseconds: Math.round(performance.now() - started) }));
	process.exit(0);
`;

/** Imports a bundle in a process of its own, which knows nothing but the function's environment. */
function load(file: string, environment: Record<string, string>): Promise<{ handler: string; milliseconds: number }> {
	const { port } = aws.address() as AddressInfo; // it listens on TCP
	const child = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT, file], {
		env: {
			...environment,
			AWS_REGION: "eu-west-1",
			AWS_ACCESS_KEY_ID: "test",
			AWS_SECRET_ACCESS_KEY: "test",
			AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
		},
		timeout: 30_000,
	});
	const said = { out: "", err: "" };
	child.stdout.on("data", (text) => {
		said.out += text;
	});
	child.stderr.on("data", (text) => {
		said.err += text;
	});
	return new Promise((done, failed) => {
		child.on("error", failed);
		child.on("close", (code) => (code === 0 ? done(JSON.parse(said.out)) : failed(new Error(said.err))));
	});
}

/** Some functions read the vault's key before they take their first call. */
function secretsManager(): Promise<Server> {
	const server = createServer((request, response) => {
		request.resume().on("end", () => {
			response.setHeader("content-type", "application/x-amz-json-1.1");
			response.end(JSON.stringify({ Name: "vault", SecretString: "k".repeat(64) }));
		});
	});
	return new Promise((done) => {
		server.listen(0, "127.0.0.1", () => done(server));
	});
}
