import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTutti } from "#local/server.ts";

export const WEB_KEY = "wk_demo_web";
export const SERVER_KEY = "sk_demo_server";

export type Running = Awaited<ReturnType<typeof runTutti>>;

/** A whole Tutti on a free port over an empty folder, with the example workspace; `close` leaves nothing behind. */
export async function runTutti() {
	const dataFolder = mkdtempSync(join(tmpdir(), "tutti-data-"));
	const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace" });
	const authorization = `Bearer ${tutti.adminToken}`;

	const read = async (path: string): Promise<unknown> =>
		(await fetch(`${tutti.url}${path}`, { headers: { authorization } })).json();

	/** The rows of a query over the archive, each as an object. */
	const query = async (sql: string): Promise<Record<string, unknown>[]> => {
		const headers = { authorization, "content-type": "application/json" };
		const answer = await fetch(`${tutti.url}/v1/query`, { method: "POST", headers, body: JSON.stringify({ sql }) });
		if (!answer.ok) throw new Error(`the query was answered ${answer.status}: ${await answer.text()}`);
		const { columns, rows } = (await answer.json()) as { columns: { name: string }[]; rows: unknown[][] };
		return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
	};

	return {
		...tutti,
		read,
		query,
		close: async () => {
			await tutti.close();
			rmSync(dataFolder, { recursive: true, force: true });
		},
	};
}

/** Asks until the answer is good enough; throws what it got last when the time is over. */
export async function until<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean, seconds = 15): Promise<T> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (isGood(answer)) return answer;
		if (Date.now() > deadline) throw new Error(`not in ${seconds} s; last: ${JSON.stringify(answer)?.slice(0, 500)}`);
		await new Promise((later) => setTimeout(later, 100));
	}
}
