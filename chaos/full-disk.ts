import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTutti } from "#local/server.ts";
import { type Finding, finding } from "./check/finding.ts";
import { type Ledger, noteAnswer, openLedger } from "./ledger.ts";

/** What fits on the disk. The database takes one of it when it is new. */
const MEGABYTES = 12;
/** Stands in the way, and is taken away when the disk has been full for a while: space that an operator makes. */
const BALLAST_MEGABYTES = 6;
const BATCH = 20;
const MOST_REQUESTS = 3000;
/** So many refusals in a row mean that nothing goes any more. */
const FULL_AFTER = 30;

type FullDisk = { readonly answers: ReadonlyMap<string, number>; readonly findings: readonly Finding[] };

/**
 * Runs Tutti on a file system of its own of twelve megabytes, fills it through the collector, makes space again, and looks
 * whether all that was accepted is there. Answers in words why it could not be tried: only root may mount.
 */
export async function fullDisk(seed: number): Promise<FullDisk | string> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-disk-"));
	try {
		execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "tutti-chaos", folder], { stdio: "ignore" });
	} catch {
		rmSync(folder, { recursive: true, force: true });
		return "this user may not mount a file system";
	}
	try {
		return await fill(folder, seed);
	} finally {
		execFileSync("umount", [folder], { stdio: "ignore" });
		rmSync(folder, { recursive: true, force: true });
	}
}

async function fill(folder: string, seed: number): Promise<FullDisk> {
	const ballast = join(folder, "ballast");
	writeFileSync(ballast, Buffer.alloc(BALLAST_MEGABYTES * 1024 * 1024));
	const quiet = { info: () => {}, warn: () => {}, error: () => {} };
	const dataFolder = join(folder, "data");
	const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace", log: quiet });
	try {
		const ledger = openLedger();
		let [refusedInARow, n] = [0, 0];
		for (; n < MOST_REQUESTS && refusedInARow < FULL_AFTER; n++) {
			refusedInARow = (await sendOne(tutti.url, `${seed}-${n}`, ledger)) ? 0 : refusedInARow + 1;
			if (refusedInARow > 0) await sleep(20);
		}
		const wasFull = refusedInARow >= FULL_AFTER;
		unlinkSync(ballast);
		const until = Date.now() + 60_000;
		let goesOn = false;
		for (; !goesOn && Date.now() < until; n++) {
			goesOn = await sendOne(tutti.url, `${seed}-${n}`, ledger);
			await sleep(200);
		}
		await tutti.idle();
		return { answers: ledger.answers, findings: await look(tutti, ledger, { wasFull, goesOn }) };
	} finally {
		await tutti.close();
	}
}

/** One request; answers whether it was accepted. */
async function sendOne(url: string, name: string, ledger: Ledger): Promise<boolean> {
	const batch = Array.from({ length: BATCH }, (_, place) => ({
		...{ type: "track", event: "Product Viewed", messageId: `disk-${name}-${place}`, userId: `disk-${place}` },
		properties: { product_id: "x".repeat(500) },
	}));
	const ids = batch.map(({ messageId }) => messageId);
	const headers = { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` };
	const answer = await fetch(`${url}/v1/batch`, { method: "POST", headers, body: JSON.stringify({ batch }) })
		.then(async (got) => ({ status: got.status, body: await got.text() }))
		.catch(() => undefined);
	noteAnswer(ledger, ids, answer);
	return answer?.status === 200;
}

type Seen = { readonly wasFull: boolean; readonly goesOn: boolean };

async function look(
	tutti: { url: string; adminToken: string },
	ledger: Ledger,
	{ wasFull, goesOn }: Seen,
): Promise<Finding[]> {
	const headers = { authorization: `Bearer ${tutti.adminToken}`, "content-type": "application/json" };
	const body = JSON.stringify({ sql: "select message_id from events", maxRows: 10_000 });
	const answer = await fetch(`${tutti.url}/v1/query`, { method: "POST", headers, body });
	const { rows } = (await answer.json()) as { rows: string[][] };
	const archived = new Set(rows.map(([id]) => id));
	const unsure = ledger.of("unsure");
	const counted = await Promise.all(
		Array.from({ length: BATCH }, async (_, person) => {
			const path = `${tutti.url}/v1/profiles/user_id:disk-${person}`;
			const { eventCount = 0 } = (await (await fetch(path, { headers })).json()) as { eventCount?: number };
			return eventCount;
		}),
	);
	const total = counted.reduce((all, count) => all + count, 0);
	return [
		finding("the disk was full, and it went on when there was space", [wasFull, goesOn], (one) =>
			one ? undefined : "it was not so",
		),
		finding("accepted events are archived once", ledger.of("accepted"), (id) =>
			archived.has(id) ? undefined : `${id} is not there`,
		),
		finding("archived events were accepted, or nobody could say", archived, (id) =>
			ledger.of("accepted").has(String(id)) || unsure.has(String(id)) ? undefined : `${id} was made up`,
		),
		finding("archived events are counted once", [total], () =>
			total === archived.size && rows.length === archived.size ? undefined : `${total} are counted of ${archived.size}`,
		),
	];
}
