import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
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

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
	world = await openWorld();
	return () => world.close();
});

type Tuning = { url?: string; now?: () => Date; sql?: Sql; patienceMs?: number };

/** The deployed function over the embedded adapters, called once; answers what it put and logged as well. */
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
		newId: randomUUID,
		now,
		sleep,
		patienceMs,
		log,
		metrics: { put: (numbers, beside) => void put.push({ ...numbers, ...beside }) },
	});
	const ended = await handler({} as never, aContext); // what the schedule says is not looked at
	return { ended, put, lines: log.lines };
}

describe("the canary", () => {
	it("flies through a whole Tutti, and says how long its event took until it could be read", async () => {
		const { ended, put, lines } = await callCanary();
		expect(ended).toMatchObject({ kind: "arrived" });
		expect(put).toEqual([{ CanaryReadableMs: expect.any(Number), answeredMs: expect.any(Number) }]);
		expect(lines).toEqual([]);
	});

	it("disturbs nobody: one profile without a trait, in no segment, and nothing is sent to a destination", async () => {
		await callCanary();
		await callCanary();
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

	it("says that nobody answered, and puts no number: that none comes is what rings", async () => {
		const { ended, put, lines } = await callCanary({ url: "http://127.0.0.1:1" });
		expect(ended).toMatchObject({ kind: "unanswered", reason: "connection_failed" });
		expect(put).toEqual([]);
		expect(lines).toMatchObject([
			{ level: "error", message: "the canary did not arrive", fields: { reason: "connection_failed" } },
		]);
	});

	it("says that it was refused with which status", async () => {
		const server = createServer((_, response) => response.writeHead(503).end());
		await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
		const { port } = server.address() as AddressInfo;
		const { ended, put } = await callCanary({ url: `http://127.0.0.1:${port}` });
		server.closeAllConnections();
		server.close();
		expect(ended).toMatchObject({ kind: "refused", status: 503 });
		expect(put).toEqual([]);
	});

	it("says that its event was taken and then not found", async () => {
		const server = createServer((request, response) => request.resume().on("end", () => response.end("{}")));
		await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
		const { port } = server.address() as AddressInfo;
		const { ended, put, lines } = await callCanary({ url: `http://127.0.0.1:${port}`, patienceMs: 300 });
		server.closeAllConnections();
		server.close();
		expect(ended).toMatchObject({ kind: "lost from sight" });
		expect(put).toEqual([]);
		expect(lines).toMatchObject([
			{ fields: { ended: "lost from sight", messageId: expect.stringMatching(/^canary-/) } },
		]);
	});

	it("stays grounded, and says so, where nobody defined its source", async () => {
		const { current } = world.stores.definitions;
		const workspace = await current();
		world.stores.definitions.current = async () => ({ ...workspace, sources: [] });
		const { ended, put, lines } = await callCanary().finally(() => {
			world.stores.definitions.current = current;
		});
		expect(ended).toEqual({ kind: "grounded" });
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
		const { ended, lines } = await callCanary({ now: () => nextLook(), patienceMs: 0, sql });
		expect(["arrived", "lost from sight"]).toContain(ended.kind);
		expect(JSON.stringify(lines)).toContain("could not be asked");
		expect(JSON.stringify(lines)).not.toContain("ada@example.com");
	});
});
