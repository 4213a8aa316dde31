import { describe, expect, it } from "vitest";
import { aCollector, NOW, SECRET_KEY } from "./collector.ts";
import { basic } from "./http-event.ts";

const ONE = {
	track: { event: "Order Completed", userId: "u-1" },
	identify: { userId: "u-1", traits: { plan: "gold" } },
	page: { anonymousId: "a-1", name: "Home" },
	screen: { anonymousId: "a-1", name: "Cart" },
	group: { userId: "u-1", groupId: "g-1" },
	alias: { userId: "u-1", previousId: "a-1" },
};
const times = { timestamp: NOW, originalTimestamp: NOW, sentAt: NOW, receivedAt: NOW };
const headers = basic(SECRET_KEY);

describe("a call with one event", () => {
	const paths = Object.entries(ONE).flatMap(([type, body]) => [
		{ path: `/v1/${type}`, type, body },
		{ path: `/v1/${type.slice(0, 1)}`, type, body },
		{ path: `/v1/${type}/`, type, body },
	]);

	it.each(paths)("is taken at $path as $type and put on the bus", async ({ path, type, body }) => {
		const { send, published } = aCollector();
		const answer = await send({ path, headers, body: JSON.stringify({ ...body, messageId: "m-1" }) });
		expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 1, rejected: [] } });
		expect(published()).toEqual([{ ...body, type, messageId: "m-1", context: {}, ...times }]);
	});

	it("is rejected when its type is not the path's", async () => {
		const { send, entries } = aCollector();
		const body = JSON.stringify({ ...ONE.track, type: "track", messageId: "m-1" });
		expect(await send({ path: "/v1/identify", headers, body })).toMatchObject({
			status: 200,
			body: {
				success: true,
				accepted: 0,
				rejected: [{ index: 0, messageId: "m-1", code: "type_mismatch", path: "type" }],
			},
		});
		expect(entries).toEqual([]);
	});
});

describe("a batch", () => {
	const batch = Object.entries(ONE).map(([type, body], i) => ({ type, ...body, messageId: `m-${i}` }));

	it.each(["/v1/batch", "/v1/b", "/beacon/v1/batch"])("is taken at %s and makes one bus entry", async (path) => {
		const { send, published, entries } = aCollector();
		const answer = await send({ path, headers, body: JSON.stringify({ batch }) });
		expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 6, rejected: [] } });
		expect(published()).toEqual(batch.map((event) => ({ ...event, context: {}, ...times })));
		expect(entries).toMatchObject([
			{
				source: "tutti.collect",
				detailType: "EventsCollected",
				detail: {
					version: 1,
					source: "server",
					receivedAt: NOW,
					types: ["track", "identify", "page", "screen", "group", "alias"],
					names: ["Order Completed"],
				},
			},
		]);
	});

	it("is history when it comes through the import", async () => {
		const { send, published } = aCollector();
		const old = {
			type: "track",
			...ONE.track,
			timestamp: "2019-02-03T04:05:06.000Z",
			sentAt: "2020-01-01T00:00:00.000Z",
		};
		await send({ path: "/v1/import", headers, body: JSON.stringify({ batch: [old] }) });
		expect(published()).toMatchObject([{ flags: ["historical"], timestamp: "2019-02-03T04:05:06.000Z" }]);
	});

	it("of nothing is accepted and puts nothing on the bus", async () => {
		const { send, entries } = aCollector();
		const answer = await send({ path: "/v1/batch", headers, body: '{"batch":[]}' });
		expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 0, rejected: [] } });
		expect(entries).toEqual([]);
	});

	it("of which every second event is bad is accepted for the other half, each answered by itself", async () => {
		const { send, published, log } = aCollector();
		const good = (i: number) => ({ type: "track", event: "E", userId: "ada@example.com", messageId: `m-${i}` });
		const bad = (i: number) => ({ type: "track", userId: "ada@example.com", messageId: `m-${i}` });
		const mixed = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? good(i) : bad(i)));
		const { status, body } = await send({ path: "/v1/batch", headers, body: JSON.stringify({ batch: mixed }) });
		expect({ status, body }).toEqual({
			status: 200,
			body: {
				success: true,
				accepted: 5,
				rejected: [1, 3, 5, 7, 9].map((index) => ({
					index,
					messageId: `m-${index}`,
					code: "missing_event",
					reason: "a track event must name what happened in event",
					path: "event",
				})),
			},
		});
		expect(published().map(({ messageId }) => messageId)).toEqual(["m-0", "m-2", "m-4", "m-6", "m-8"]);
		expect(log.lines).toEqual([
			{
				level: "warn",
				message: "events were rejected",
				fields: { source: "server", rejected: 5, codes: { missing_event: 5 } },
			},
		]);
	});

	it("in strict mode is refused as a whole when one of its events is bad", async () => {
		const { send, entries } = aCollector();
		const body = JSON.stringify({ batch: [...batch, { type: "track", userId: "u" }] });
		const { status, body: problem } = await send({
			path: "/v1/batch",
			headers: { ...headers, "x-strict-mode": "1" },
			body,
		});
		expect({ status, problem }).toEqual({
			status: 422,
			problem: {
				type: "about:blank",
				title: "Unprocessable Content",
				status: 422,
				code: "rejected_in_strict_mode",
				detail: "Events were rejected, and this request wanted all of them or none.",
				success: false,
				accepted: 0,
				rejected: [
					{
						index: 6,
						messageId: null,
						code: "missing_event",
						reason: "a track event must name what happened in event",
						path: "event",
					},
				],
			},
		});
		expect(entries).toEqual([]);
	});

	it("in strict mode is accepted when all its events are good", async () => {
		const { send } = aCollector();
		const request = {
			path: "/v1/batch",
			headers: { ...headers, "x-strict-mode": "1" },
			body: JSON.stringify({ batch }),
		};
		expect(await send(request)).toMatchObject({ status: 200, body: { accepted: 6 } });
	});
});

describe("the pixel", () => {
	const pixel = (data: string, query = {}) => ({ method: "GET", path: "/v1/pixel/page", query: { data, ...query } });
	const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
	const event = { anonymousId: "a-1", name: "Bücher>>>???" };

	it.each([
		{ what: "the key in the query", data: base64(event), query: { writeKey: SECRET_KEY } },
		{ what: "the key in the data", data: base64({ ...event, writeKey: SECRET_KEY }), query: {} },
		{
			what: "URL-safe base64",
			data: base64(event).replaceAll("+", "-").replaceAll("/", "_"),
			query: { writeKey: SECRET_KEY },
		},
		{
			what: "plus signs that became spaces",
			data: base64(event).replaceAll("+", " "),
			query: { writeKey: SECRET_KEY },
		},
	])("takes an event with $what and answers a GIF that is never cached", async ({ data, query }) => {
		const { send, published } = aCollector();
		const { status, headers: answered, body } = await send(pixel(data, query));
		expect(status).toBe(200);
		expect(answered).toMatchObject({ "content-type": "image/gif", "cache-control": "no-store" });
		expect(Buffer.from(body, "base64").subarray(0, 6).toString("latin1")).toBe("GIF89a");
		expect(published()).toMatchObject([{ type: "page", ...event }]);
	});

	it("answers what is wrong instead of a picture when its event is rejected", async () => {
		const { send, entries } = aCollector();
		const answer = await send(pixel(base64({}), { writeKey: SECRET_KEY }));
		expect(answer).toMatchObject({ status: 422, body: { rejected: [{ code: "missing_id" }] } });
		expect(entries).toEqual([]);
	});
});

describe("every other path", () => {
	it("answers its health without a key, also when the definitions are away", async () => {
		const { send } = aCollector({ definitionsFail: () => new Error("away") });
		expect(await send({ method: "GET", path: "/healthz" })).toMatchObject({ status: 200, body: { status: "ok" } });
	});

	it.each([
		{ method: "GET", path: "/", status: 404 },
		{ method: "POST", path: "/v1/unknown", status: 404 },
		{ method: "POST", path: "/v1/constructor", status: 404 },
		{ method: "POST", path: "/V1/track", status: 404 },
		{ method: "POST", path: "/track", status: 404 },
		{ method: "GET", path: "/v1/pixel/delete", status: 404 },
		{ method: "GET", path: "/v1/projects//settings", status: 404 },
		{ method: "OPTIONS", path: "/v1/unknown", status: 404 },
		{ method: "GET", path: "/v1/track", status: 405, allow: "POST, OPTIONS" },
		{ method: "DELETE", path: "/v1/batch", status: 405, allow: "POST, OPTIONS" },
		{ method: "POST", path: "/v1/pixel/track", status: 405, allow: "GET, OPTIONS" },
		{ method: "POST", path: "/sourceConfig", status: 405, allow: "GET, OPTIONS" },
		{ method: "POST", path: "/healthz", status: 405, allow: "GET, OPTIONS" },
	])("answers $method $path with $status", async ({ method, path, status, allow }) => {
		const { send } = aCollector();
		const answer = await send({ method, path, headers });
		expect(answer.status).toBe(status);
		expect(answer.headers).toMatchObject({ "content-type": "application/problem+json", ...(allow && { allow }) });
		expect(answer.body.code).toBe(status === 404 ? "not_found" : "method_not_allowed");
	});
});
