import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { segment } from "#contracts/definitions/segment.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { allJudged, members, membersBySql, writeTimed } from "./timed-segments.ts";

const SERVER = fileURLToPath(new URL("./serve.ts", import.meta.url));
const PEOPLE = 100;
const EVENTS_EACH = 200;
const EVENTS = PEOPLE * EVENTS_EACH;
const EVENTS_A_REQUEST = 20;
const REQUESTS = EVENTS / EVENTS_A_REQUEST;
const CLIENTS = 6;
const KILLS = 3;

const DAY = 24 * 60 * 60_000;
const BEGUN = Date.now();
/** Of each person so many events more are of yesterday than of the person before; the others are of three weeks ago. */
const LATELY = 50;

const lately = (amount: object) => ({ event: "Thing Done", within: "10d", ...amount });
const SEGMENTS = [
	{ id: "busy-lately", when: lately({ atLeast: 100 }) },
	{ id: "very-much-so", when: lately({ count: { op: "eq", value: 120 } }) },
	{ id: "by-the-sum", when: lately({ sum: { of: "properties.one", is: { op: "lt", value: 60 } } }) },
].map((one) => segment.parse(one));

type Address = { readonly url: string; readonly adminToken: string };

const { folder, remove } = temporaryFolder();
const workspace = join(folder, "workspace");
let server: ChildProcess | undefined;
afterAll(() => {
	server?.kill("SIGKILL");
	remove();
});

async function start(port: string): Promise<Address> {
	server = fork(SERVER, [port, join(folder, "data"), workspace], {
		execArgv: ["--disable-warning=ExperimentalWarning"],
	});
	const [address] = (await once(server, "message")) as [Address];
	return address;
}

async function kill(): Promise<void> {
	const dead = once(server as ChildProcess, "exit");
	server?.kill("SIGKILL");
	await dead;
}

function isOfYesterday(n: number): boolean {
	const [person, nth] = [n % PEOPLE, Math.floor(n / PEOPLE)];
	return nth < LATELY + person;
}

/** Every event once, dealt out to people in turn, so that each request touches twenty of them. */
const batches = Array.from({ length: REQUESTS }, (_, request) =>
	Array.from({ length: EVENTS_A_REQUEST }, (_, place) => {
		const n = request * EVENTS_A_REQUEST + place;
		return {
			type: "track",
			messageId: `event-${n}`,
			userId: `person-${n % PEOPLE}`,
			event: "Thing Done",
			timestamp: new Date(BEGUN - (isOfYesterday(n) ? 1 : 21) * DAY).toISOString(),
			properties: { n, one: 1 },
		};
	}),
);

/** Sends one batch again and again until it is answered 2xx: what was not answered may have arrived or not. */
async function sendUntilAnswered(batch: object[], url: string): Promise<void> {
	for (;;) {
		const answer = await fetch(`${url}/v1/batch`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
			body: JSON.stringify({ batch }),
		}).catch(() => undefined);
		await answer?.arrayBuffer().catch(() => undefined);
		if (answer?.ok) return;
		await new Promise((later) => setTimeout(later, 50));
	}
}

describe("a server that is killed", () => {
	it(`loses and doubles none of ${EVENTS} events, and none in a segment, killed ${KILLS} times in the middle of them`, async () => {
		cpSync("workspace", workspace, { recursive: true });
		writeTimed(workspace, SEGMENTS, []);
		const { url, adminToken } = await start("0");
		const { port } = new URL(url);
		const waiting = [...batches];
		let answered = 0;
		const clients = Array.from({ length: CLIENTS }, async () => {
			for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
				await sendUntilAnswered(batch, url);
				answered++;
			}
		});
		// at random within each of the load's middle quarters
		for (let nth = 0; nth < KILLS; nth++) {
			const at = REQUESTS * (0.15 + (nth + Math.random()) * 0.22);
			while (answered < at) await new Promise((later) => setTimeout(later, 5));
			await kill();
			await start(port);
		}
		await Promise.all(clients);
		server?.send("idle");
		await once(server as ChildProcess, "message");

		const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
		const ask = async (path: string, init: RequestInit = {}) =>
			(await (await fetch(url + path, { headers, ...init })).json()) as { rows: number[][]; eventCount: number };
		const sql = "select count(*), count(distinct message_id) from events";
		expect((await ask("/v1/query", { method: "POST", body: JSON.stringify({ sql }) })).rows).toEqual([
			[EVENTS, EVENTS],
		]);
		const counts = await Promise.all(
			Array.from({ length: PEOPLE }, async (_, n) => (await ask(`/v1/profiles/user_id:person-${n}`)).eventCount),
		);
		expect(counts).toEqual(Array(PEOPLE).fill(EVENTS_EACH));

		await allJudged({ url, adminToken }, SEGMENTS);
		const who = await members({ url, adminToken }, SEGMENTS);
		expect(who).toEqual(await membersBySql({ url, adminToken }, new Date(), SEGMENTS));
		const sizes = Object.values(who).map(({ length }) => length);
		expect(sizes).toEqual([PEOPLE - (100 - LATELY), 1, 60 - LATELY]);
	}, 120_000);
});
