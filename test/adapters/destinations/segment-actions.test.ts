import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { BOUGHT, chunkFile, PACKAGE_VERSION } from "#adapters/destinations/bought.ts";
import { bundleDestination, destinationBundles } from "#adapters/destinations/bundle-destination.ts";
import { chunksIn } from "#adapters/destinations/chunk.ts";
import { destinationsOver } from "#adapters/destinations/destinations.ts";
import { localChunks } from "#adapters/destinations/local-chunks.ts";
import { DEFAULT_LIMITS } from "#adapters/http/http-client.ts";
import type { News } from "#domain/activate/delivery.ts";
import type { Order } from "#domain/activate/ports.ts";
import { ADA, AT, changeNews, eventNews } from "#test/domain/activate/examples.ts";
import { type LocalServer, localServer, status } from "../http/local-server.ts";

const chunks = localChunks();
let server: LocalServer;
beforeEach(async () => {
	server = await localServer(status(201, '{"message":"success"}', { "content-type": "application/json" }));
	return () => server.close();
});

const TRACK = {
	external_id: { "@path": "$.userId" },
	name: { "@path": "$.event" },
	time: { "@path": "$.timestamp" },
	properties: { "@path": "$.properties" },
};

const anOrder = (news: News = eventNews(), more: Partial<Order> = {}): Order => ({
	deliveryId: "dlv_1",
	settings: { api_key: "key-1", endpoint: server.url },
	action: "trackEvent",
	mapping: TRACK,
	news,
	at: new Date(AT),
	...more,
});

const limits = { ...DEFAULT_LIMITS, totalMs: 500 };
const destinations = () => destinationsOver({ chunks, reach: { loopback: true }, limits });
const sentBodies = () => server.received.map(({ body }) => JSON.parse(body.toString()));

describe("a bought destination (braze)", () => {
	it("maps the event and sends it as the vendor's API wants it", async () => {
		expect(await destinations().send("braze", anOrder())).toEqual({ kind: "delivered", status: 201 });
		const [request] = server.received;
		expect(request).toMatchObject({ method: "POST", path: "/users/track" });
		expect(request?.headers).toMatchObject({ authorization: "Bearer key-1", "content-type": "application/json" });
		expect(sentBodies()).toEqual([
			{
				events: [
					{ external_id: "ada", name: "Order Completed", time: AT, properties: { total: 120, currency: "EUR" } },
				],
			},
		]);
	});

	it("sends a segment's change as a fact of the person", async () => {
		const mapping = {
			external_id: { "@path": "$.userId" },
			email: { "@path": "$.traits.email" },
			custom_attributes: { big_spender: { "@path": "$.properties.big-spenders" } },
		};
		for (const kind of ["entered", "exited"] as const) {
			const order = anOrder(changeNews({ kind }), { action: "updateUserProfile", mapping });
			expect(await destinations().send("braze", order)).toMatchObject({ kind: "delivered" });
		}
		expect(sentBodies().map(({ attributes }) => attributes)).toEqual([
			[expect.objectContaining({ external_id: "ada", email: ADA.traits.email, big_spender: true })],
			[expect.objectContaining({ external_id: "ada", email: ADA.traits.email, big_spender: false })],
		]);
	});

	it.each([
		{
			answer: status(429, "{}", { "retry-after": "42" }),
			verdict: { kind: "retry", reason: "http_429", status: 429, retryAfterSeconds: 42 },
		},
		{ answer: status(503), verdict: { kind: "retry", reason: "http_503", status: 503 } },
		{ answer: status(400, '{"message":"no"}'), verdict: { kind: "refused", reason: "http_400", status: 400 } },
		{ answer: status(401), verdict: { kind: "unauthorised", reason: "http_401", status: 401 } },
		{
			answer: status(302, "", { location: "http://169.254.169.254/" }),
			verdict: { kind: "refused", reason: "http_302", status: 302 },
		},
		{ answer: () => undefined, verdict: { kind: "retry", reason: "timeout" } },
	])("answered so is $verdict.kind because of $verdict.reason", async ({ answer, verdict }) => {
		server.answers(answer);
		expect(await destinations().send("braze", anOrder())).toEqual(verdict);
		expect(server.received).toHaveLength(1);
	});

	it("waits for a server that hung up, and gives up on an address it may not reach", async () => {
		server.answers((response) => response.socket?.destroy());
		expect(await destinations().send("braze", anOrder())).toEqual({ kind: "retry", reason: "connection_failed" });
		const elsewhere = anOrder(eventNews(), { settings: { api_key: "k", endpoint: "http://169.254.169.254" } });
		expect(await destinations().send("braze", elsewhere)).toEqual({ kind: "refused", reason: "address_refused" });
	});

	it("says which fields are wrong without saying what was in them, and sends nothing", async () => {
		const mapping = { external_id: "ada", time: { "@path": "$.traits.email" } };
		expect(await destinations().send("braze", anOrder(eventNews(), { mapping }))).toEqual({
			kind: "refused",
			reason: "payload_validation_failed",
			detail: "$.name is missing; $.time is not valid",
		});
		expect(server.received).toEqual([]);
	});

	it("takes a refusal of the action's own code for one", async () => {
		const mapping = { name: "Big", time: AT };
		expect(await destinations().send("braze", anOrder(eventNews(), { mapping }))).toEqual({
			kind: "refused",
			reason: "missing_required_fields",
			status: 400,
		});
	});

	it.each([
		{ what: "an action it has not", order: { action: "toString" }, reason: "unknown_action" },
		{ what: "a mapping that cannot be filled", order: { mapping: { name: { "@nope": 1 } } }, reason: "mapping_failed" },
		{
			what: "a key no header can hold",
			order: { settings: { api_key: "a\nb", endpoint: "http://localhost" } },
			reason: "mapping_failed",
		},
	])("refuses $what at once", async ({ order, reason }) => {
		expect(await destinations().send("braze", anOrder(eventNews(), order))).toEqual({ kind: "refused", reason });
		expect(server.received).toEqual([]);
	});

	it("says so when the action had nothing to send", async () => {
		const mapping = { external_id: "ada", time: AT, products: [] };
		const order = anOrder(eventNews(), { action: "trackPurchase", mapping });
		expect(await destinations().send("braze", order)).toEqual({ kind: "delivered", reason: "nothing_to_send" });
		expect(server.received).toEqual([]);
	});

	it("leaves the mapping it was given as it was", async () => {
		const mapping = { ...TRACK, name: { "@replace": { value: { "@path": "$.event" }, pattern: "Order" } } };
		const before = structuredClone(mapping);
		await destinations().send("braze", anOrder(eventNews(), { mapping }));
		expect(sentBodies()).toMatchObject([{ events: [{ name: " Completed" }] }]);
		expect(mapping).toEqual(before);
	});

	it("keeps apart what runs at the same time", async () => {
		server.answers((response) => {
			setTimeout(() => response.writeHead(201).end(), 20);
		});
		const all = destinations();
		const empty = anOrder(eventNews(), {
			action: "trackPurchase",
			mapping: { external_id: "a", time: AT, products: [] },
		});
		const verdicts = await Promise.all([
			all.send("braze", anOrder()),
			all.send("braze", empty),
			all.send("braze", anOrder()),
		]);
		expect(verdicts).toEqual([
			{ kind: "delivered", status: 201 },
			{ kind: "delivered", reason: "nothing_to_send" },
			{ kind: "delivered", status: 201 },
		]);
	});

	it("keeps none of the answers it gets", async () => {
		const chunk = await chunks("braze");
		const made: { responses: unknown[] }[] = [];
		const Watched = class extends (chunk?.Destination ?? expect.fail("no chunk")) {
			constructor(...args: [never]) {
				super(...args);
				made.push(this as never);
			}
		};
		const watched = async () => chunk && { ...chunk, Destination: Watched as never };
		await destinationsOver({ chunks: watched, reach: { loopback: true } }).send("braze", anOrder());
		expect(server.received).toHaveLength(1);
		expect(made.map(({ responses }) => responses.length)).toEqual([0]);
	});

	it("is refused when Tutti does not carry it", async () => {
		expect(await destinations().send("../../etc/passwd", anOrder())).toEqual({
			kind: "refused",
			reason: "unknown_destination_type",
		});
	});
});

type Batching = { executeBatch(action: string, batch: object): Promise<{ status: number }[]> };

describe("bundles", () => {
	const made: string[] = [];
	const aFolder = async () => {
		const folder = await mkdtemp(join(tmpdir(), "tutti-chunks-"));
		made.push(folder);
		return folder;
	};
	afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

	it("are of the version that is installed", () => {
		const file = createRequire(import.meta.url).resolve("@segment/action-destinations/package.json");
		expect(JSON.parse(readFileSync(file, "utf8")).version).toBe(PACKAGE_VERSION);
	});

	it("hold every bought destination in a file of its own, and nothing else", async () => {
		const folder = await aFolder();
		const files = await destinationBundles(BOUGHT, folder);
		expect(await readdir(folder)).toEqual(BOUGHT.map(chunkFile));
		expect(files).toEqual(BOUGHT.map((type) => join(folder, chunkFile(type))));
		for (const type of BOUGHT) expect(await chunksIn(folder)(type)).toHaveProperty("definition.actions");
	});

	it("are made once, also when several ask at once", async () => {
		const folder = await aFolder();
		await Promise.all([1, 2, 3].map(() => bundleDestination("braze", folder)));
		const file = join(folder, chunkFile("braze"));
		const first = await stat(file);
		await bundleDestination("braze", folder);
		expect((await stat(file)).mtimeMs).toBe(first.mtimeMs);
		expect(await readdir(folder)).toEqual([chunkFile("braze")]);
	});

	it("know their own classes: one core in a chunk, with the names of its errors", async () => {
		const chunk = (await chunks("braze")) ?? expect.fail("no chunk");
		chunk.useFetch(async () => new Response("{}", { status: 201, headers: { "content-type": "application/json" } }));
		const destination = new chunk.Destination({ ...chunk.definition, name: "d-test" });
		const event = { type: "track", event: "x", timestamp: AT };
		const given = { mapping: TRACK, settings: { api_key: "k", endpoint: server.url }, features: {} };
		// With two cores this is [200, 200]: the failure of the first, who has no id, is lost.
		const batch = { ...given, events: [event, { ...event, userId: "ada" }] };
		const statuses = await (destination as unknown as Batching).executeBatch("trackEvent", batch);
		expect(statuses.map(({ status }) => status)).toEqual([400, 200]);

		chunk.useFetch(async () => new Response(null, { status: 500 }));
		const one = { ...given, event: { ...event, userId: "ada" }, signal: AbortSignal.timeout(1000) };
		await expect(destination.executeAction("trackEvent", one)).rejects.toMatchObject({ name: "HTTPError" });
	});

	it("that cannot be loaded are asked for again", async () => {
		const folder = await aFolder();
		let attempts = 0;
		const load = chunksIn(folder, async (type) => {
			attempts += 1;
			if (attempts === 1) throw new Error("no space left");
			await bundleDestination(type, folder);
		});
		await expect(load("braze")).rejects.toThrow("no space left");
		expect(await load("braze")).toHaveProperty("definition");
	});
});
