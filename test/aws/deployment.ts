import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMiniStack } from "../support/emulator.ts";
import { allowBatches } from "./allow-batches.ts";
import { cdk, REGION } from "./cdk.ts";
import { type Forwarder, startForwarder } from "./forwarder.ts";

const ACCOUNT = "000000000000";

/** Everything the stacks said they made: stack → output → value. */
type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Deployment = {
	/** Where AWS answers. */
	readonly endpoint: string;
	/** Where the deployed HTTP API answers. */
	readonly url: string;
	readonly outputs: Outputs;
	close(): Promise<void>;
};

/**
 * A second address of this machine (on macOS: `ifconfig lo0 alias 127.0.0.2`). The emulator makes the URLs of queues of
 * it and of its own port, so that there our forwarder can stand in front of it.
 */
const OUTSIDE = "127.0.0.2";

/**
 * An empty account with IAM switched on, bootstrapped, and the app deployed into it by the commands of
 * docs/how-to/deploy.md. IAM counts: each function has the permissions of its own role there, and no others.
 */
export async function deployToEmulator(): Promise<Deployment> {
	const folder = await mkdtemp(join(tmpdir(), "tutti-deploy-"));
	const emulator = await startMiniStack({ AUTH: "true", MINISTACK_HOST: OUTSIDE, MINISTACK_REGION: REGION });
	const forwarders: Forwarder[] = [];
	const forward = async (...to: Parameters<typeof startForwarder>) => {
		const forwarder = await startForwarder(...to);
		forwarders.push(forwarder);
		return forwarder.url;
	};
	const close = async () => {
		await Promise.all(forwarders.map((forwarder) => forwarder.close()));
		await emulator.stop();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const port = Number(new URL(emulator.endpoint).port);
		const endpoint = await forward(emulator.endpoint, { host: OUTSIDE, port });
		const outputs = await deploy(endpoint, folder);
		const url = await forward(`${emulator.endpoint}/_aws/execute-api/${apiId(outputs)}/$default`);
		return { endpoint, url, outputs, close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function deploy(url: string, folder: string): Promise<Outputs> {
	const file = join(folder, "outputs.json");
	// From an empty folder: beside a cdk.json it would synthesise the app, which bootstrapping has no use for.
	await cdk(["bootstrap", `aws://${ACCOUNT}/${REGION}`], { url, folder, cwd: folder });
	const assembly = join(folder, "cdk.out");
	await cdk(["synth", "--quiet", "-c", "stage=dev", "-c", "emulated=true", "--output", assembly], {
		url,
		folder,
		cwd: ".",
	});
	await allowBatches(assembly);
	const quietly = ["--require-approval", "never", "--outputs-file", file, "--concurrency", "4"];
	await cdk(["deploy", "--all", "--app", assembly, ...quietly], { url, folder, cwd: folder });
	return JSON.parse(await readFile(file, "utf8")) as Outputs;
}

/** The URL that is deployed names the API first: `https://<id>.execute-api.<region>.amazonaws.com/`. */
function apiId(outputs: Outputs): string {
	const [id = ""] = new URL(outputOf(outputs, "tutti-dev-api", "Url")).host.split(".");
	return id;
}

export function outputOf(outputs: Outputs, stack: string, name: string): string {
	const value = outputs[stack]?.[name];
	if (value === undefined) throw new Error(`${stack} has no output ${name}: ${JSON.stringify(outputs)}`);
	return value;
}
