import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { DataFolderUnusable } from "#local/data-folder.ts";
import { CannotListen, startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { until } from "../support/tutti.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const open = (name: string, more: object = {}) =>
	startTutti({ port: 0, dataFolder: join(folder, name), workspaceFolder: "workspace", ...more });

const asker = ({ url, adminToken }: Tutti) => {
	const admin = { authorization: `Bearer ${adminToken}` };
	const send = (path: string, body: unknown, headers: Record<string, string>) =>
		fetch(url + path, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
	return {
		get: async <T = Record<string, unknown>>(path: string) =>
			(await (await fetch(url + path, { headers: admin })).json()) as T,
		post: async <T>(path: string, body: unknown) => (await (await send(path, body, admin)).json()) as T,
		collect: (path: string, body: unknown) => send(path, body, { authorization: `Basic ${btoa("sk_demo_server:")}` }),
	};
};

const order = (n: number) => ({
	type: "track",
	messageId: `order-${n}`,
	userId: "ada",
	event: "Order Completed",
	properties: { order_id: `${n}`, total: 60 },
});

describe("the flow on one machine", () => {
	let tutti: Tutti;
	beforeAll(async () => {
		tutti = await open("flow");
		return () => tutti.close();
	});

	it("brings an event to its profile, the archive, a segment and a destination", async () => {
		const { get, post, collect } = asker(tutti);
		const who = {
			type: "identify",
			messageId: "who",
			userId: "ada",
			traits: { email: "Ada@Example.com", tier: "gold" },
		};
		const answer = await collect("/v1/batch", { batch: [order(1), order(2), who, order(3), order(3)] });
		expect(await answer.json()).toEqual({ success: true, accepted: 5, rejected: [] });
		await tutti.idle();

		const profile = profileAnswer.parse(
			await get("/v1/profiles/email:ada@example.com?include=traits,segments,events,identifiers"),
		);
		expect(profile).toMatchObject({ eventCount: 4, traits: { tier: "gold" } });
		expect(profile.segments?.map(({ id }) => id).sort()).toEqual(["big-spenders", "gold-members"]);
		expect(profile.events?.map(({ messageId }) => messageId).sort()).toEqual(["order-1", "order-2", "order-3", "who"]);

		expect(await post("/v1/query", { sql: "select event, count(*) from events group by 1 order by 1" })).toMatchObject({
			rows: [
				["Order Completed", 3],
				[null, 1],
			],
		});
		const { members } = await get<{ members: object[] }>("/v1/segments/big-spenders/members");
		expect(members).toEqual([{ profileId: profile.profileId, enteredAt: expect.any(String) }]);

		const { deliveries } = await get<{ deliveries: Record<string, unknown>[] }>(
			"/v1/deliveries?destination=crm-webhook",
		);
		expect(deliveries.map(({ state, news }) => [state, (news as { segmentId: string }).segmentId]).sort()).toEqual([
			["delivered", "big-spenders"],
			["delivered", "gold-members"],
		]);
		const sunk = await get<{ deliveries: { headers: Record<string, string>; body: { type: string } }[] }>("/_sink/crm");
		expect(sunk.deliveries.map(({ body }) => body.type)).toEqual(["segment.entered", "segment.entered"]);
		expect(sunk.deliveries[0]?.headers["webhook-signature"]).toMatch(/^v1,/);

		const trace = await get<{ steps: { step: string; done: boolean }[] }>("/v1/trace/order-3");
		expect(trace.steps.map(({ step, done }) => [step, done])).toEqual([
			["collected", true],
			["archived", true],
			["processed", true],
			["quarantined", false],
			["segments", true],
			["deliveries", true],
		]);
		const { events } = await get<{ events: { messageId: string }[] }>("/v1/events?limit=2");
		expect(events.map(({ messageId }) => messageId)).toEqual(["order-3", "order-3"]);
	});

	it("sets an event aside that points at nobody, and says so in its trace", async () => {
		const { get, collect } = asker(tutti);
		await collect("/v1/track", {
			messageId: "nobody",
			anonymousId: "anonymous",
			event: "Product Viewed",
			properties: { product_id: "p" },
		});
		await tutti.idle();
		const { events } = await get<{ events: object[] }>("/v1/quarantine");
		expect(events).toEqual([
			expect.objectContaining({
				reason: "no_usable_identifier",
				event: expect.objectContaining({ messageId: "nobody" }),
			}),
		]);
		const { steps } = await get<{ steps: object[] }>("/v1/trace/nobody");
		expect(steps).toContainEqual(
			expect.objectContaining({ step: "quarantined", done: true, detail: "no_usable_identifier" }),
		);
		expect(steps).toContainEqual(expect.objectContaining({ step: "processed", done: false }));
	});

	it("logs nothing about a person", async () => {
		await tutti.idle();
		const log = readFileSync(join(folder, "flow", "tutti.log"), "utf8");
		expect(log).toContain("deliveries are on their way");
		expect(log).not.toMatch(/ada|example\.com|gold"/i);
	});

	it("lets nobody else read what it keeps", () => {
		for (const secret of ["admin-token", "vault.key", "tutti.log"]) {
			expect(statSync(join(folder, "flow", secret)).mode & 0o077).toBe(0);
		}
	});
});

describe("starting", () => {
	it("keeps token, definitions and profiles from one time to the next", async () => {
		const first = await open("again");
		await asker(first).collect("/v1/batch", { batch: [order(1)] });
		await first.idle();
		await first.close();

		const second = await open("again", { workspaceFolder: undefined });
		expect(second.adminToken).toBe(first.adminToken);
		expect(await asker(second).get("/v1/profiles/user_id:ada")).toMatchObject({ eventCount: 1 });
		expect((await asker(second).collect("/v1/batch", { batch: [order(2)] })).status).toBe(200);
		await second.close();
	});

	it("does what was accepted right before it was closed", async () => {
		const first = await open("handover");
		await asker(first).collect("/v1/batch", { batch: Array.from({ length: 200 }, (_, n) => order(n)) });
		await first.close();
		const second = await open("handover");
		await second.idle();
		expect(await asker(second).get("/v1/profiles/user_id:ada")).toMatchObject({ eventCount: 200 });
		await second.close();
	});

	it("takes the token it is given", async () => {
		const adminToken = randomUUID();
		const tutti = await open("token", { adminToken });
		expect(tutti.adminToken).toBe(adminToken);
		expect(readFileSync(join(folder, "token", "admin-token"), "utf8").trim()).toBe(adminToken);
		await tutti.close();
	});

	it("lets one process at a time have a data folder", async () => {
		const first = await open("alone");
		await expect(open("alone")).rejects.toThrow(/another process is using it/);
		await first.close();
		await (await open("alone")).close();
	});

	it("says that a port is taken, and leaves nothing locked", async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
		const { port } = other.address() as { port: number };
		await expect(open("port", { port })).rejects.toThrow(CannotListen);
		await expect(open("port", { port })).rejects.toThrow(`port ${port} is taken`);
		other.close();
		await (await open("port")).close();
	});

	it("says why a data folder cannot be used", async () => {
		writeFileSync(join(folder, "file"), "");
		await expect(open("file/data")).rejects.toThrow(DataFolderUnusable);
		await expect(open("file/data")).rejects.toThrow(/cannot be written: a part of the path is a file/);
	});

	it("says what is wrong with a broken workspace", async () => {
		await expect(open("broken", { workspaceFolder: join(folder, "nowhere") })).rejects.toThrow(
			/nowhere cannot be read/,
		);
		expect(existsSync(join(folder, "broken"))).toBe(true);
		await (await open("broken")).close();
	});
});

describe("a definition that is applied while events come", () => {
	it("gives a new segment its past", async () => {
		const tutti = await open("past");
		const { get, post, collect } = asker(tutti);
		const viewed = { type: "track", event: "Product Viewed", properties: { product_id: "p" } };
		await collect("/v1/batch", { batch: ["a", "a", "b"].map((userId) => ({ ...viewed, userId: `viewer-${userId}` })) });
		await tutti.idle();
		const viewers = { kind: "segment", definition: { id: "viewers", when: { event: "Product Viewed", atLeast: 2 } } };
		await post("/v1/definitions/apply", { definitions: [viewers] });
		const segment = await until(
			() => get("/v1/segments/viewers"),
			({ readiness }) => (readiness as { state: string }).state === "live",
			40,
		);
		expect(segment).toMatchObject({ size: 1, version: 1 });
		await tutti.close();
	}, 60_000);
});
