import { type ChildProcess, fork } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NODE_FLAGS } from "#cli/node-flags.mjs";

export type SoakServer = {
	readonly url: string;
	/** Asks SQL over the archive; answers the first row. */
	query(sql: string): Promise<readonly unknown[]>;
	/** How many events a person has; 0 for nobody. */
	eventsOf(userId: string): Promise<number>;
	/** Resolves when all that was accepted has been through. */
	idle(): Promise<void>;
	/** What it holds now. */
	reading(): Reading;
	close(): Promise<void>;
};

export type Reading = {
	readonly memoryMb: number;
	/** Open file handles; undefined where there is no /proc. */
	readonly handles: number | undefined;
	/** The database with its log, MB. */
	readonly databaseMb: number;
	readonly archiveMb: number;
};

type Said = { kind: "ready"; url: string; adminToken: string } | { kind: "idle" } | { kind: "usage"; rss: number };

const MB = 1024 * 1024;

/** A Tutti in a process of its own over an empty folder, looked at from outside. */
export async function startSoakServer(): Promise<SoakServer> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-soak-"));
	const child = fork(new URL("../server-process.ts", import.meta.url), [folder], { execArgv: [...NODE_FLAGS] });
	const killed = () => void child.kill("SIGKILL");
	process.once("exit", killed);
	let rss = 0;
	child.on("message", (said: Said) => {
		if (said.kind === "usage") rss = said.rss;
	});
	const ready = (await next(child, "ready")) as Extract<Said, { kind: "ready" }>;
	const headers = { authorization: `Bearer ${ready.adminToken}`, "content-type": "application/json" };
	return {
		url: ready.url,
		query: async (sql) => {
			const init = { method: "POST", headers, body: JSON.stringify({ sql }) };
			const answer = await fetch(`${ready.url}/v1/query`, init);
			if (!answer.ok) throw new Error(`the query was answered ${answer.status}: ${await answer.text()}`);
			return ((await answer.json()) as { rows: unknown[][] }).rows[0] ?? [];
		},
		eventsOf: async (userId) => {
			const answer = await fetch(`${ready.url}/v1/profiles/user_id:${userId}`, { headers });
			const { eventCount = 0 } = (await answer.json()) as { eventCount?: number };
			return eventCount;
		},
		idle: async () => {
			const idle = next(child, "idle");
			child.send("idle");
			await idle;
		},
		reading: () => ({
			memoryMb: (memoryOf(child.pid ?? 0) ?? rss) / MB,
			handles: handlesOf(child.pid ?? 0),
			databaseMb: bytesIn(folder, (name) => name.startsWith("tutti.db")) / MB,
			archiveMb: bytesIn(join(folder, "archive"), () => true) / MB,
		}),
		close: async () => {
			const exited = new Promise((done) => child.once("exit", done));
			child.send("close");
			await exited;
			process.off("exit", killed);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function next(child: ChildProcess, kind: Said["kind"]): Promise<Said> {
	return new Promise((done, fail) => {
		const gone = (code: number | null) => fail(new Error(`the server ended with ${code} before it was ${kind}`));
		const hear = (said: Said) => {
			if (said.kind !== kind) return;
			child.off("message", hear);
			child.off("exit", gone);
			done(said);
		};
		child.on("message", hear);
		child.once("exit", gone);
	});
}

function memoryOf(pid: number): number | undefined {
	const file = `/proc/${pid}/status`;
	const [, kilobytes] = (existsSync(file) && /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))) || [];
	return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

const handlesOf = (pid: number): number | undefined =>
	existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).length : undefined;

function bytesIn(folder: string, isWanted: (name: string) => boolean): number {
	if (!existsSync(folder)) return 0;
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter(isWanted)
		.reduce((sum, name) => sum + (sizeOf(join(folder, name)) ?? 0), 0);
}

/** A file may go between the list and the look: archives are packed. */
function sizeOf(path: string): number | undefined {
	const found = statSync(path, { throwIfNoEntry: false });
	return found?.isFile() ? found.size : undefined;
}
