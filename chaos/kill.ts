import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import { KINDS } from "#contracts/definitions/catalogue.ts";
import { chance } from "#demo/random.ts";
import { mergedAwayIn, rowsIn } from "./backing.ts";
import { snapshotOf } from "./check/snapshot.ts";
import { type Ledger, noteAnswer, openLedger } from "./ledger.ts";
import { KEY } from "./open-world.ts";
import { quietWorld } from "./quiet.ts";
import type { Judged, Lived } from "./run-story.ts";
import { type Sending, sendingsOf } from "./senders.ts";
import { webhookListener } from "./webhook-listener.ts";
import { DEFINITIONS } from "./workspace.ts";

const SERVER = fileURLToPath(new URL("../test/local/serve.ts", import.meta.url));
const CLIENTS = 4;
const TRIES = 40;
const AGAIN_MS = 100;
/** How long a delivery may take that failed once: its second try comes within 30 seconds, the third within 90. */
const PATIENCE_MS = 150_000;

export type KillOptions = {
	readonly seed: number;
	readonly events: number;
	/** How often the server is killed. */
	readonly kills: number;
	/** Every so many deliveries the receiver takes and answers 500: each of them waits some time for its next try. @default never */
	readonly failsEach?: number;
	/** An empty folder. */
	readonly folder: string;
	readonly onProgress?: (share: number) => void;
};

type Server = { readonly child: ChildProcess; readonly url: string; readonly adminToken: string };

/**
 * Lets senders send to a real server, over HTTP, that is killed with SIGKILL at random moments and started again, and delivers to
 * a real receiver. Answers what is in its folder when all is done.
 */
export async function liveThroughKills(options: KillOptions): Promise<Lived<Judged> & { readonly kills: number }> {
	const { seed, folder, kills } = options;
	const receiver = await webhookListener(options.failsEach);
	const places = prepare(folder, receiver.url);
	let server = await start("0", places);
	try {
		const ledger = openLedger();
		const sendings = sendingsOf({ seed, events: options.events, luck: chance(seed) });
		const all = sendings.length;
		const luck = chance(seed).fork(9);
		const answered = () => 1 - sendings.length / all;
		const clients = Array.from({ length: CLIENTS }, () => client(sendings, () => server.url, ledger, options));
		for (let nth = 1; nth <= kills; nth++) {
			const share = (nth - luck.between(0, 60) / 100) / (kills + 0.5);
			while (answered() < share) await sleep(2);
			await kill(server);
			server = await start(new URL(server.url).port, places);
		}
		await Promise.all(clients);
		await done(server);
		await kill(server);
		return { ...(await look(places.dataFolder, seed, { ledger, receiver })), kills };
	} finally {
		server.child.kill("SIGKILL");
		await receiver.close();
	}
}

/** The definitions as files, the common key, and the secret that the webhook is signed with. */
function prepare(folder: string, url: string) {
	const [dataFolder, workspaceFolder] = [join(folder, "data"), join(folder, "workspace")];
	mkdirSync(dataFolder, { recursive: true });
	writeFileSync(join(dataFolder, "vault.key"), KEY.toString("base64"), { mode: 0o600 });
	const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
	writeFileSync(join(dataFolder, "secrets.json"), JSON.stringify({ listener: secret }), { mode: 0o600 });
	for (const { kind, definition } of DEFINITIONS) {
		const of = join(workspaceFolder, KINDS[kind].folder);
		mkdirSync(of, { recursive: true });
		const said = kind === "destination" ? { ...definition, settings: { ...definition.settings, url } } : definition;
		writeFileSync(join(of, `${definition.id}.yaml`), JSON.stringify(said)); // JSON is YAML
	}
	return { dataFolder, workspaceFolder };
}

async function start(port: string, { dataFolder, workspaceFolder }: ReturnType<typeof prepare>): Promise<Server> {
	const execArgv = ["--disable-warning=ExperimentalWarning"];
	const child = fork(SERVER, [port, dataFolder, workspaceFolder], { execArgv });
	const [said] = (await once(child, "message")) as [{ url: string; adminToken: string }];
	return { child, ...said };
}

async function kill({ child }: Server): Promise<void> {
	const dead = once(child, "exit");
	child.kill("SIGKILL");
	await dead;
}

/** Sends one request after the other, each until he knows what became of it. */
async function client(
	sendings: Sending[],
	url: () => string,
	ledger: Ledger,
	{ onProgress }: KillOptions,
): Promise<void> {
	const all = sendings.length;
	for (let sending = sendings.shift(); sending; sending = sendings.shift()) {
		const ids = sending.messages.map(({ messageId }) => messageId);
		// who does not say when it was never sends twice: another moment would be another event
		const tries = sending.skewMs === undefined ? TRIES : 1;
		for (let nth = 0; nth < tries && noteAnswer(ledger, ids, await post(sending, url())); nth++) await sleep(AGAIN_MS);
		onProgress?.(1 - sendings.length / all);
	}
}

async function post({ messages, key, headers, garbled, isImport }: Sending, url: string) {
	const body = JSON.stringify({ batch: messages });
	try {
		const answer = await fetch(`${url}${isImport ? "/v1/import" : "/v1/batch"}`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${key}:`)}`, ...headers },
			body: garbled ? body.slice(0, -1) : body,
		});
		return { status: answer.status, body: await answer.text() };
	} catch {
		return undefined;
	}
}

/** Waits until everything has been through, the deliveries that failed once too. */
async function done({ child, url, adminToken }: Server): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		child.send("idle");
		await once(child, "message");
		const open = ["waiting", "retrying"].map(async (state) => {
			const path = `/v1/deliveries?destination=listener&state=${state}&limit=1`;
			const answer = await fetch(url + path, { headers: { authorization: `Bearer ${adminToken}` } });
			return ((await answer.json()) as { deliveries: unknown[] }).deliveries.length;
		});
		if ((await Promise.all(open)).every((count) => count === 0)) return;
		if (Date.now() > deadline) throw new Error("deliveries never came to an end");
		await sleep(300);
	}
}

type Came = { readonly ledger: Ledger; readonly receiver: Awaited<ReturnType<typeof webhookListener>> };

async function look(dataFolder: string, seed: number, { ledger, receiver }: Came): Promise<Lived<Judged>> {
	const database = openDatabase(join(dataFolder, "tutti.db"));
	try {
		const endsAt = Date.now();
		const items = sqliteItemStore({ database, now: () => new Date(endsAt) });
		const backing = {
			time: { now: () => endsAt, pass: async () => {} },
			items,
			rows: async () => rowsIn<ArchiveRow>(join(dataFolder, "archive", "events")),
			mergedAway: async () => mergedAwayIn(join(dataFolder, "archive")),
			heard: receiver.asBusEntries(),
		};
		const world = { vault: identifierVault(KEY), ledger, backing, destinations: receiver };
		const found = await snapshotOf(world);
		return { world, found, quiet: await quietWorld(found.events, seed, endsAt) };
	} finally {
		database.close();
	}
}
