import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../server.ts";

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

const MB = 1024 * 1024;

/** A Tutti in a process of its own over an empty folder, looked at from outside. */
export async function startSoakServer(): Promise<SoakServer> {
	const server = await startServer("tutti");
	const { url, folder, pid = 0, idle, close } = server;
	return {
		...{ url, idle, close },
		query: async (sql) => {
			const { rows } = await server.ask("POST", "/v1/query", { sql });
			return (rows as unknown[][])[0] ?? []; // as the admin API answers
		},
		eventsOf: async (userId) => {
			const headers = { authorization: `Bearer ${server.adminToken}` };
			const answer = await fetch(`${url}/v1/profiles/user_id:${userId}`, { headers });
			const { eventCount = 0 } = (await answer.json()) as { eventCount?: number };
			return eventCount;
		},
		reading: () => ({
			memoryMb: server.memoryMb(),
			handles: handlesOf(pid),
			databaseMb: bytesIn(folder, (name) => name.startsWith("tutti.db")) / MB,
			archiveMb: bytesIn(join(folder, "archive"), () => true) / MB,
		}),
	};
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
