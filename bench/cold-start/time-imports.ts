import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { DeployedFunction } from "./assembly.ts";

/** What a cold start has to read, and how long that takes. */
export type Import = {
	readonly entry: string;
	/** Bytes of the bundle, without its source map. */
	readonly bytes: number;
	/** Over the import of an empty module: the fastest of all rounds, which is the one that nothing else disturbed. */
	readonly milliseconds: number;
	/** Times what the SDK's two clients alone take, in the same rounds: says the same on a slow machine and on a busy one. */
	readonly timesSdk: number;
	/** What its module exports as `handler`. */
	readonly handler: string;
};

/** The yardstick: what every function that keeps items and says something on the bus needs, made as our bundles are. */
const SDK = `
	import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
	import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
	export const clients = [new DynamoDBClient({}), new EventBridgeClient({})];
	export const handler = () => clients;
`;

/**
 * Imports each bundle in a process of its own that knows nothing but the function's environment, and beside them an empty module
 * and the yardstick; all in turn, `rounds` times. Throws when one cannot be imported, with what it said.
 */
export async function timeImports(functions: readonly DeployedFunction[], rounds: number): Promise<Import[]> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-empty-"));
	const [empty, sdk] = [join(folder, "empty.mjs"), join(folder, "sdk.mjs")];
	writeFileSync(empty, "export const handler = () => {};\n");
	await bundleSdk(sdk);
	const secrets = await secretsManager();
	const { port } = secrets.address() as AddressInfo; // it listens on TCP
	const besides = [
		{ entry: EMPTY, file: empty, environment: {} },
		{ entry: YARDSTICK, file: sdk, environment: {} },
	];
	const files = [...besides, ...functions.map(bundleOf)];
	const runs = new Map<string, Loaded[]>(files.map(({ entry }) => [entry, []]));
	try {
		for (let round = 0; round < rounds; round++) {
			for (const { entry, file, environment } of files) {
				runs.get(entry)?.push(await load(file, { ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }));
			}
		}
	} finally {
		secrets.close();
		rmSync(folder, { recursive: true, force: true });
	}
	const fastest = (entry: string) => Math.min(...(runs.get(entry) ?? []).map(({ milliseconds }) => milliseconds));
	const overEmpty = (entry: string) => fastest(entry) - fastest(EMPTY);
	return functions.map((fn) => ({
		entry: fn.entry,
		bytes: statSync(bundleOf(fn).file).size,
		milliseconds: overEmpty(fn.entry),
		timesSdk: overEmpty(fn.entry) / overEmpty(YARDSTICK),
		handler: runs.get(fn.entry)?.[0]?.handler ?? "none",
	}));
}

const EMPTY = "an empty module";
const YARDSTICK = "the SDK alone";

const bundleSdk = (outfile: string) =>
	build({
		stdin: { contents: SDK, resolveDir: process.cwd() },
		outfile,
		bundle: true,
		minify: true,
		keepNames: true,
		platform: "node",
		format: "esm",
		mainFields: ["module", "main"],
		alias: { "@aws-sdk/credential-provider-node": "./adapters/aws/lambda-credentials.ts" },
	});

const bundleOf = ({ entry, code, environment }: DeployedFunction) => ({
	entry,
	file: join(code, "index.mjs"),
	environment,
});

type Loaded = { readonly handler: string; readonly milliseconds: number };

const SCRIPT = `
	const started = performance.now();
	const { handler } = await import(process.argv[1]);
	console.log(JSON.stringify({ handler: typeof handler, milliseconds: performance.now() - started }));
	process.exit(0);
`;

function load(file: string, environment: Readonly<Record<string, string>>): Promise<Loaded> {
	const child = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT, file], {
		// Source maps are read when an error is thrown, not when a module is imported.
		env: { ...environment, AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
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
