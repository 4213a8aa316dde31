import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { httpCollector } from "#adapters/http/collector.ts";
import { httpClient } from "#adapters/http/http-client.ts";
import type { Sql } from "#domain/model/ports.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { sendCanary } from "#functions/watch/send-canary/send-canary.ts";
import { applyFolder } from "#local/apply-folder.ts";
import { tokenHolders } from "#local/bearer.ts";
import { openDataFolder } from "#local/data-folder.ts";
import { startFlow } from "#local/flow.ts";
import { requestListener } from "#local/request-listener.ts";
import { openStores } from "#local/stores.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { aContext } from "../functions/shared/queue-event.ts";
import { recordingLog } from "../functions/shared/recording-log.ts";

/** A whole Tutti in this process, with what the canary looks into beside its door. */
async function openWorld() {
	const { folder, remove } = temporaryFolder();
	const now = () => new Date();
	const log = recordingLog();
	const stores = await openStores({ folder: openDataFolder(folder), env: {}, ownUrl: () => "", now });
	await applyFolder("workspace", stores);
	const flow = startFlow({ stores, administrators: tokenHolders("token"), now, log });
	const server = createServer(requestListener({ ...flow, adminToken: "token", now, log }));
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const close = async () => {
		server.closeAllConnections();
		await new Promise((closed) => server.close(closed));
		await flow.stop();
		await stores.close();
		await remove();
	};
	return { stores, flow, url, log, close };
}

const taken: RequestListener = (request, response) => void request.resume().on("end", () => response.end("{}"));
const refusing: RequestListener = (_, response) => void response.writeHead(503).end();

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
	world = await openWorld();
	return () => world.close();
});

type Tuning = { url?: string; now?: () => Date; sql?: Sql; patienceMs?: number };

/** The deployed function over the embedded adapters, called once; answers how it ended, and what it put and logged as well. */
async function callCanary({ url = world.url, now = () => new Date(), patienceMs = 5000, ...more }: Tuning = {}) {
	const { stores } = world;
	const log = recordingLog();
	const put: Record<string, unknown>[] = [];
	const http = httpClient({ loopback: true });
	const handler = sendCanary({
		...stores,
		profiles: profileReader({ graph: stores.identities, fragments: stores.fragments }),
		collectorFor: (writeKey) => httpCollector({ http, url, writeKey }),
		sql: more.sql ?? stores.sql,
		table: "events",
		hashOf: messageHash,
		now,
		sleep,
		patienceMs,
		log,
		metrics: { put: (numbers, beside) => void put.push({ ...numbers, ...beside }) },
	});
	// what the schedule says is not looked at
	const ended = await handler({} as never, aContext).then(
		(flown) => ({ flown, failed: undefined }),
		(failed: unknown) => ({ flown: undefined, failed }),
	);
	return { ...ended, put, lines: log.lines };
}

const MINUTE = 60_000;
/** In no minute of which an event is waited for. */
let minute = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE + 16 * MINUTE;
/** Calls it in the next minute, as the schedule does, as slowly as its source's rate lets it. */
const next = async (tuning: Tuning = {}) => {
	await sleep(500);
	minute += MINUTE;
	const at = new Date(minute);
	return callCanary({ now: () => at, ...tuning });
};

/** Answers as somebody else at the collector's address would. */
async function answering(listener: RequestListener, ask: (url: string) => Promise<unknown>): Promise<void> {
	const server = createServer(listener);
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	const { port } = server.address() as AddressInfo;
	try {
		await ask(`http://127.0.0.1:${port}`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

describe("the canary", () => {
	it("fails when nothing was sent in the minute before, as after a first deployment, and sends", async () => {
		const { failed, put, lines } = await next();
		expect(failed).toMatchObject({ name: "CanaryMissing", message: "the event of the minute before is missing" });
		expect(lines).toMatchObject([{ level: "error", message: "the canary did not arrive" }]);
		expect(put).toEqual([]);
	});

	it("flies through a whole Tutti: what it sent a minute before is there, and nothing is said", async () => {
		await next();
		await world.flow.idle();
		const { flown, put, lines } = await next();
		expect(flown).toMatchObject({ arrival: "arrived", departure: { kind: "accepted" } });
		expect(put).toEqual([]);
		expect(lines).toEqual([]);
	});

	it("times the way of four events an hour, and puts a number when one takes more than half a minute", async () => {
		const begun = Date.now();
		const quarter = Math.ceil(begun / (15 * MINUTE)) * 15 * MINUTE;
		const timed = await callCanary({ now: () => new Date(quarter + Date.now() - begun) });
		const [{ fields = {} } = {}] = timed.lines.filter(({ message }) => message === "the canary was timed");
		expect(fields).toMatchObject({ isReadable: true, messageId: expect.stringMatching(/^canary-.*Z$/) });
		expect(fields.readableMs).toBeGreaterThanOrEqual(Number(fields.answeredMs));
		expect(fields.readableMs).toBeLessThan(5000);
		expect(timed.put).toEqual([]);

		// a clock that goes ten thousand times as fast, and a collector that takes it and loses it
		await answering(taken, async (url) => {
			const [from, later] = [Date.now(), quarter + 15 * MINUTE];
			const now = () => new Date(later + (Date.now() - from) * 10_000);
			const { put } = await callCanary({ url, now, patienceMs: 45_000 });
			expect(put).toEqual([{ CanaryLateMs: expect.any(Number) }]);
			expect(put[0]?.CanaryLateMs).toBeGreaterThanOrEqual(45_000);
		});
	});

	it("is the same event when it is called twice in a minute", async () => {
		const at = new Date(minute + MINUTE);
		await sleep(1000);
		await Promise.all([callCanary({ now: () => at }), callCanary({ now: () => at })]);
		await world.flow.idle();
		const { rows } = await world.stores.sql.query(
			`SELECT count(*) FROM events WHERE message_id = 'canary-${at.toISOString().slice(0, 16)}Z'`,
		);
		expect(rows).toEqual([[expect.anything()]]);
		expect(Number(rows[0]?.[0])).toBe(1);
		minute += MINUTE;
	});

	it("disturbs nobody: one profile without a trait, in no segment, and nothing is sent to a destination", async () => {
		await next();
		await next();
		await world.flow.idle();
		const { columns, rows } = await world.stores.sql.query(
			"SELECT source, event, count(DISTINCT seed_id) AS people, count(*) AS events FROM events GROUP BY 1, 2",
		);
		expect(columns.map(({ name }) => name)).toEqual(["source", "event", "people", "events"]);
		expect(rows).toEqual([["canary", "Canary Sent", expect.anything(), expect.anything()]]);
		expect(Number(rows[0]?.[2])).toBe(1);
		const [seed] = (await world.stores.sql.query("SELECT DISTINCT seed_id FROM events")).rows[0] ?? [];
		expect(await world.stores.memberships.of(seed as never)).toEqual([]);
		expect((await world.stores.deliveryLog.list({ destinationId: "crm-webhook", limit: 10 })).deliveries).toEqual([]);
	});

	it("says that nobody answered, and fails a minute later: each event is missed once", async () => {
		const { flown, lines } = await next({ url: "http://127.0.0.1:1" });
		expect(flown).toMatchObject({ arrival: "arrived", departure: { kind: "unanswered" } });
		expect(lines).toMatchObject([
			{ level: "error", message: "the canary was not accepted", fields: { reason: "connection_failed" } },
		]);
		const after = await next();
		expect(after.failed).toMatchObject({ name: "CanaryMissing" });
		await world.flow.idle();
		expect((await next()).flown).toMatchObject({ arrival: "arrived" });
	});

	it("says that it was refused with which status", () =>
		answering(refusing, async (url) => {
			await world.flow.idle();
			const { flown, lines } = await next({ url });
			expect(flown).toMatchObject({ departure: { kind: "refused", status: 503 } });
			expect(lines).toMatchObject([{ fields: { ended: "refused", status: 503 } }]);
			await next();
			await world.flow.idle();
		}));

	it("fails when its event was taken and is not found a minute later", async () => {
		await answering(taken, async (url) => {
			const { flown } = await next({ url });
			expect(flown).toMatchObject({ departure: { kind: "accepted" } });
		});
		const { failed, lines } = await next();
		expect(failed).toMatchObject({ name: "CanaryMissing" });
		expect(lines).toMatchObject([{ fields: { messageId: expect.stringMatching(/^canary-/) } }]);
		await world.flow.idle();
	});

	it("fails when it cannot look, and sends all the same", async () => {
		const { load } = world.stores.fragments;
		world.stores.fragments.load = () => Promise.reject(new Error("who is ada@example.com"));
		const { failed, lines } = await next().finally(() => {
			world.stores.fragments.load = load;
		});
		expect(failed).toMatchObject({ message: "the event of the minute before is unseen" });
		expect(JSON.stringify([failed, lines])).not.toContain("ada@example.com");
		await world.flow.idle();
		expect((await next()).flown).toMatchObject({ arrival: "arrived" });
	});

	it("stays grounded, and says so, where nobody defined its source", async () => {
		const { current } = world.stores.definitions;
		const workspace = await current();
		world.stores.definitions.current = async () => ({ ...workspace, sources: [] });
		await world.flow.idle();
		const { flown, put, lines } = await next().finally(() => {
			world.stores.definitions.current = current;
		});
		expect(flown).toMatchObject({ departure: { kind: "grounded" } });
		expect(put).toEqual([]);
		expect(lines).toMatchObject([{ level: "warn", fields: { source: "canary" } }]);
	});
});

describe("what the archive has of the canary", () => {
	const HOUR_MS = 60 * 60 * 1000;
	/** The next time that it asks: ten to one, seven, … o'clock, when what it took in lies six hours back at most. */
	const nextLook = () => {
		const hour = Math.floor(Date.now() / HOUR_MS) + 1;
		return new Date((hour + ((6 - (hour % 6)) % 6)) * HOUR_MS + 50 * 60_000);
	};
	beforeAll(async () => {
		await callCanary();
		await world.flow.idle();
	});

	it("is asked for four times a day, and is all of it", async () => {
		const { put } = await callCanary({ now: () => nextLook(), patienceMs: 0 });
		expect(put).toContainEqual({ CanaryUnarchived: 0 });
	});

	it("is not asked for at other times: each question costs", async () => {
		const { put } = await callCanary({ now: () => new Date(nextLook().getTime() + 60_000), patienceMs: 0 });
		expect(put.flatMap(Object.keys)).not.toContain("CanaryUnarchived");
	});

	it("is counted where it is lacking", async () => {
		const nothing = { columns: [], rows: [], scannedBytes: 0 };
		const sql = { ...world.stores.sql, query: async () => nothing };
		const { put, lines } = await callCanary({ now: () => nextLook(), patienceMs: 0, sql });
		const [{ CanaryUnarchived: missing = 0 } = {}] = put.filter((numbers) => "CanaryUnarchived" in numbers);
		expect(missing).toBeGreaterThanOrEqual(4);
		expect(lines).toContainEqual(expect.objectContaining({ message: "the archive lacks events of the canary" }));
	});

	it("keeps nothing from flying when it cannot be asked", async () => {
		const sql = { ...world.stores.sql, query: () => Promise.reject(new Error("who is ada@example.com")) };
		const { lines } = await callCanary({ now: () => nextLook(), patienceMs: 0, sql });
		expect(JSON.stringify(lines)).toContain("could not be asked");
		expect(JSON.stringify(lines)).not.toContain("ada@example.com");
	});
});
