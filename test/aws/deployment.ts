import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { startMiniStack } from "../support/emulator.ts";
import { cdk, REGION } from "./cdk.ts";
import { certificateFor } from "./certificate.ts";
import { type DoorPath, type Exchange, startDoor, startForwarder } from "./forwarder.ts";
import { suitEmulator } from "./suit-emulator.ts";
import { startVendor, VENDOR_HOST, type Vendor } from "./vendor.ts";

const ACCOUNT = "000000000000";

/** Everything the stacks said they made: stack → output → value. */
type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Deployment = {
	/** Where AWS answers. */
	readonly endpoint: string;
	/** Where the deployed HTTP API answers. */
	readonly url: string;
	/** Where the collector answers at a URL of its own. */
	readonly collectorUrl: string;
	readonly outputs: Outputs;
	/** Whom the functions may deliver to, and the secret that they share with it. */
	readonly vendor: Vendor & { readonly secret: string };
	/** Every call of AWS that was made so far: by functions, by the test, by CDK. */
	readonly exchanges: readonly Exchange[];
	/**
	 * Deploys another version over this one, by the command of docs/how-to/deploy.md. `change` is given a copy of the first
	 * version as it was synthesised.
	 */
	deployVersion(change: (assembly: string) => Promise<void>): Promise<Outputs>;
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
	const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
	const close = async () => {
		for (const end of closing.splice(0).reverse()) await end();
	};
	try {
		return { ...(await open(folder, closing)), close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** How the hosts of AWS's own URLs end, and by which path the emulator answers for each. */
const DOORS: Readonly<Record<string, DoorPath>> = {
	[`.execute-api.${REGION}.amazonaws.com`]: (id) => `/_aws/execute-api/${id}/$default`,
	[`.lambda-url.${REGION}.on.aws`]: (id) => `/_aws/lambda-url/${id}`,
};

async function open(folder: string, closing: (() => Promise<void>)[]): Promise<Omit<Deployment, "close">> {
	const keep = <Closing extends { close(): Promise<void> }>(opened: Closing): Closing => {
		closing.push(() => opened.close());
		return opened;
	};
	const certificate = await certificateFor([VENDOR_HOST, ...Object.keys(DOORS).map((end) => `*${end}`)], folder);
	const secret = `whsec_${randomBytes(32).toString("base64")}`;
	const vendor = { ...keep(await startVendor(certificate, secret)), secret };
	let emulated = "";
	const routes: Record<string, number> = { [VENDOR_HOST]: vendor.port };
	for (const [end, path] of Object.entries(DOORS)) {
		routes[end] = keep(await startDoor(certificate, { emulator: () => emulated, path })).port;
	}
	const programs = await nodeWithNetwork(folder);
	const emulator = await startMiniStack((port) => ({
		AUTH: "true",
		MINISTACK_HOST: OUTSIDE,
		MINISTACK_REGION: REGION,
		PATH: programs,
		AWS_ENDPOINT_URL: `http://${OUTSIDE}:${port}`,
		NODE_EXTRA_CA_CERTS: certificate.file,
		LAMBDA_ROUTES: JSON.stringify(routes),
	}));
	closing.push(() => emulator.stop());
	emulated = emulator.endpoint;

	const exchanges: Exchange[] = [];
	const port = Number(new URL(emulated).port);
	const tell = (exchange: Exchange) => exchanges.push(exchange);
	const { url: endpoint } = keep(await startForwarder(emulated, { host: OUTSIDE, port, tell }));
	const first = await synthesise(endpoint, folder);
	const outputs = await deploy(first, { endpoint, folder });
	const reach = async (output: string) =>
		keep(await startForwarder(`${emulated}${doorTo(outputOf(outputs, "tutti-dev-api", output))}`)).url;
	const [url, collectorUrl] = [await reach("Url"), await reach("CollectorUrl")];
	const deployVersion = async (change: (assembly: string) => Promise<void>) => {
		const next = await mkdtemp(join(folder, "version-"));
		await cp(first, next, { recursive: true });
		await change(next);
		return deploy(next, { endpoint, folder });
	};
	return { endpoint, url, collectorUrl, outputs, vendor, exchanges, deployVersion };
}

/**
 * A path of programs on which `node` loads the test's network before anything else: the emulator runs each function with
 * the first `node` of its path. (A function's own `NODE_OPTIONS` would overrule ours.)
 */
async function nodeWithNetwork(folder: string): Promise<string> {
	const programs = join(folder, "programs");
	const network = new URL("./lambda-network.ts", import.meta.url).href;
	const node = `#!/bin/sh\nexec "${resolve("node_modules/.bin/node")}" --import "${network}" "$@"\n`;
	await mkdir(programs);
	await writeFile(join(programs, "node"), node, { mode: 0o755 });
	return [programs, process.env.PATH ?? ""].join(delimiter);
}

type Where = { readonly endpoint: string; readonly folder: string };

/** Bootstraps the account, and answers the folder of the app as it was synthesised. */
async function synthesise(url: string, folder: string): Promise<string> {
	// From an empty folder: beside a cdk.json it would synthesise the app, which bootstrapping has no use for.
	await cdk(["bootstrap", `aws://${ACCOUNT}/${REGION}`], { url, folder, cwd: folder });
	const assembly = join(folder, "cdk.out");
	const app = ["-c", "stage=dev", "-c", "emulated=true", "-c", "frontDoor=function-url", "--output", assembly];
	await cdk(["synth", "--quiet", ...app], { url, folder, cwd: "." });
	await suitEmulator(assembly);
	return assembly;
}

async function deploy(assembly: string, { endpoint: url, folder }: Where): Promise<Outputs> {
	const file = join(folder, "outputs.json");
	const quietly = ["--require-approval", "never", "--outputs-file", file, "--concurrency", "4"];
	await cdk(["deploy", "--all", "--app", assembly, ...quietly], { url, folder, cwd: folder });
	return JSON.parse(await readFile(file, "utf8")) as Outputs;
}

/** The path of the emulator that answers for a URL as it was deployed: its host names what is meant first, then who answers. */
function doorTo(url: string): string {
	const { host } = new URL(url);
	const [end, path] = Object.entries(DOORS).find(([each]) => host.endsWith(each)) ?? [];
	if (!end || !path) throw new Error(`nobody answers for ${url}`);
	return path(host.slice(0, -end.length));
}

export function outputOf(outputs: Outputs, stack: string, name: string): string {
	const value = outputs[stack]?.[name];
	if (value === undefined) throw new Error(`${stack} has no output ${name}: ${JSON.stringify(outputs)}`);
	return value;
}
