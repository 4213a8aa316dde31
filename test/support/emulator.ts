import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findDynamoDbLocal } from "./find-dynamodb-local.mjs";
import { findPython } from "./find-python.mjs";

/** A running AWS emulator, at `http://127.0.0.1:<port>`. */
export type Emulator = { readonly endpoint: string; stop(): Promise<void> };

const READY_SECONDS = 60;
/** MiniStack ignores a polite end when it is busy. */
const GRACE_MILLISECONDS = 3000;
/** MiniStack keeps a Node process for each concurrent call: without a cap they fill the memory. */
const LAMBDA_WORKERS = 8;

/**
 * Starts MiniStack with nothing in it; `more` is environment of its own, by the port that it listens on. Its Lambda
 * functions run on this repository's Node, and inherit that environment.
 */
export const startMiniStack = (
	more: (port: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<Emulator> =>
	start({
		args: () => ["-m", "ministack"],
		readyPath: "/_ministack/ready",
		environment: (port) => ({
			BIND_HOST: "127.0.0.1", // 0.0.0.0 otherwise
			GATEWAY_PORT: String(port),
			IOT_MTLS_ENABLED: "0", // listens on 0.0.0.0:8883 otherwise
			SFTP_ENABLED: "0",
			LAMBDA_ACCOUNT_CONCURRENCY: String(LAMBDA_WORKERS),
			LOG_LEVEL: "WARNING",
			...more(port),
		}),
	});

/** moto's own command answers in many threads at once, and its conditional writes do not hold then: this answers in one. */
const MOTO = `
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

/** Starts moto's server with nothing in it. */
export const startMoto = (): Promise<Emulator> =>
	start({
		args: (port) => ["-c", MOTO, String(port)],
		readyPath: "/moto-api/data.json",
		environment: () => ({}),
	});

/** Starts Amazon's DynamoDB Local, which not every machine has, with nothing in it. It listens on all addresses. */
export const startDynamoDbLocal = (): Promise<Emulator> => {
	const jars = findDynamoDbLocal();
	if (!jars) throw new Error("DynamoDB Local was not found: run `npm run setup:dynamodb-local`");
	const main = "software.amazon.dynamodb.services.local.main.ServerRunner";
	return start({
		command: "java",
		args: (port) => [
			`-Djava.library.path=${jars}`,
			"-cp",
			join(jars, "*"),
			main,
			...["-inMemory", "-disableTelemetry", "-port", String(port)],
		],
		readyPath: "/",
		readyStatus: 400, // it asks for a signature
		environment: () => ({}),
	});
};

type Program = {
	/** @default the emulators' Python */
	readonly command?: string;
	readonly args: (port: number) => string[];
	readonly readyPath: string;
	/** What it answers there. @default 200 */
	readonly readyStatus?: number;
	readonly environment: (port: number) => Record<string, string>;
};

async function start({ command = emulatorsPython(), args, environment, ...program }: Program): Promise<Emulator> {
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), "tutti-emulator-"));
	const child = spawn(command, args(port), {
		cwd: folder,
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...quietEnvironment(folder), ...environment(port) },
	});
	const output = lastLines(child);
	const kill = () => child.kill("SIGKILL");
	process.once("exit", kill);
	const stop = async () => {
		process.off("exit", kill);
		await end(child);
		await rm(folder, { recursive: true, force: true });
	};
	const endpoint = `http://127.0.0.1:${port}`;
	try {
		await ready(child, `${endpoint}${program.readyPath}`, program.readyStatus ?? 200);
	} catch (error) {
		await stop();
		throw new Error(`the emulator did not start: ${output()}`, { cause: error });
	}
	return { endpoint, stop };
}

function emulatorsPython(): string {
	const python = findPython();
	if (!python) throw new Error("no Python with MiniStack and moto was found: run `npm run setup:python`");
	return python.includes("/") ? resolve(python) : python;
}

/** What the child may know: where programs are, the Node of this repository first, and a folder for what it writes. */
const quietEnvironment = (folder: string) => ({
	PATH: [resolve("node_modules/.bin"), process.env.PATH ?? ""].join(delimiter),
	HOME: folder,
	TMPDIR: folder,
	PYTHONUNBUFFERED: "1",
	AWS_ACCESS_KEY_ID: "test",
	AWS_SECRET_ACCESS_KEY: "test",
});

/** A port that was free just now. */
function freePort(): Promise<number> {
	return new Promise((done, failed) => {
		const server = createServer().once("error", failed);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo; // it listens on TCP
			server.close(() => done(port));
		});
	});
}

async function ready(child: ChildProcess, url: string, status: number): Promise<void> {
	const deadline = Date.now() + READY_SECONDS * 1000;
	while (Date.now() < deadline) {
		if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
		const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
		await answer?.arrayBuffer();
		if (answer?.status === status) return;
		await setTimeout(50);
	}
	throw new Error(`it was not ready within ${READY_SECONDS} seconds`);
}

/** Asks the child to end, by its pid, then makes it. */
async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((done) => child.once("exit", done));
	child.kill("SIGTERM");
	const patience = AbortSignal.timeout(GRACE_MILLISECONDS);
	patience.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
	await ended;
}

/** Keeps the end of what the child said, for the error when it does not start. */
function lastLines(child: ChildProcess): () => string {
	let text = "";
	child.on("error", (error) => {
		text += error.message;
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding("utf8").on("data", (more: string) => {
			text = (text + more).slice(-2000);
		});
	}
	return () => text.trim();
}
