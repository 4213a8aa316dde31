import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NODE_ENVIRONMENT, NODE_FLAGS } from "#cli/node-flags.mjs";
import type { Json, JsonObject } from "#domain/model/json.ts";

export type BenchServer = {
	readonly url: string;
	readonly adminToken: string;
	readonly pid: number | undefined;
	/** Its data. */
	readonly folder: string;
	/** Milliseconds from the start of its process to "ready". */
	readonly startedInMs: number;
	/** Resolves when every queue is empty. */
	idle(): Promise<void>;
	/** Resident memory now, MB. */
	memoryMb(): number;
	/** The highest it was up to the last time it was idle, or half a second ago, MB. */
	peakMemoryMb(): number;
	/** Asks the admin API; throws unless it answers with what was wanted. */
	ask(method: string, path: string, body?: Json): Promise<JsonObject>;
	/** CPU it has used up to the last time it was idle, or half a second ago, microseconds. */
	cpuMicros(): number;
	close(): Promise<void>;
};

type Report =
	| { kind: "ready"; url: string; adminToken: string }
	| { kind: "usage"; rss: number; peakRss: number; cpuMicros: number }
	| { kind: "idle" };

/** What runs in the process: a Tutti, or the yardstick. */
const PROGRAMS = { tutti: "./server-process.ts", bare: "./peers/bare-server.ts" };

/** Starts a server over an empty folder in a process of its own. */
export async function startServer(program: keyof typeof PROGRAMS): Promise<BenchServer> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-bench-"));
	const begun = performance.now();
	const child = fork(new URL(PROGRAMS[program], import.meta.url), [folder], {
		execArgv: [...NODE_FLAGS],
		env: { ...NODE_ENVIRONMENT, ...process.env },
	});
	const killed = () => void child.kill("SIGKILL");
	process.once("exit", killed);
	let usage = { rss: 0, peakRss: 0, cpuMicros: 0 };
	child.on("message", (report: Report) => {
		if (report.kind === "usage") usage = report;
	});
	const ready = await next(child, "ready");
	return {
		url: ready.url,
		adminToken: ready.adminToken,
		pid: child.pid,
		folder,
		startedInMs: performance.now() - begun,
		idle: async () => {
			const idle = next(child, "idle");
			child.send("idle");
			await idle;
		},
		memoryMb: () => usage.rss / 1024 / 1024,
		peakMemoryMb: () => usage.peakRss / 1024 / 1024,
		ask: (method, path, body) => ask({ ...ready, method, path, body }),
		cpuMicros: () => usage.cpuMicros,
		close: async () => {
			const exited = new Promise((done) => child.once("exit", done));
			child.send("close");
			await exited;
			process.off("exit", killed);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

type Asked = { url: string; adminToken: string; method: string; path: string; body: Json | undefined };

async function ask({ url, adminToken, method, path, body }: Asked): Promise<JsonObject> {
	const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
	const answer = await fetch(url + path, {
		method,
		headers,
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
	return (await answer.json()) as JsonObject; // what the admin API answers is an object
}

/** The next report of a kind; throws when the process ends before it comes. */
function next<K extends Report["kind"]>(child: ChildProcess, kind: K): Promise<Extract<Report, { kind: K }>> {
	return new Promise((done, fail) => {
		const gone = (code: number | null) => fail(new Error(`the server ended with ${code} before it was ${kind}`));
		const hear = (report: Report) => {
			if (report.kind !== kind) return;
			child.off("message", hear);
			child.off("exit", gone);
			done(report as Extract<Report, { kind: K }>);
		};
		child.on("message", hear);
		child.once("exit", gone);
	});
}
