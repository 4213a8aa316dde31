import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectedEvent } from "#contracts/bus/events-collected.ts";
import { REJECTIONS, type RejectionCode } from "#contracts/http/collect-codes.ts";
import { accept, acceptText, byteLength, NOW, someTerms } from "./acceptance.ts";
import { nested } from "./json-values.ts";

const track = { type: "track", event: "Ordered", userId: "u-1", messageId: "m-1" };
const times = { timestamp: NOW, originalTimestamp: NOW, sentAt: NOW, receivedAt: NOW };

type Rejected = { when: string; item: unknown; code: RejectionCode; path: string };

describe("acceptEvents", () => {
	it.each<Rejected>([
		{ when: "an event is null", item: null, code: "not_an_object", path: "" },
		{ when: "an event is text", item: "track", code: "not_an_object", path: "" },
		{ when: "an event is a list", item: [track], code: "not_an_object", path: "" },
		{ when: "it has no type", item: { ...track, type: undefined }, code: "missing_type", path: "type" },
		{ when: "its type is none of ours", item: { ...track, type: "delete" }, code: "unknown_type", path: "type" },
		{ when: "its type is a number", item: { ...track, type: 1 }, code: "unknown_type", path: "type" },
		{ when: "a track has no name", item: { ...track, event: undefined }, code: "missing_event", path: "event" },
		{ when: "a track's name is empty", item: { ...track, event: "" }, code: "missing_event", path: "event" },
		{ when: "it has no id", item: { ...track, userId: undefined }, code: "missing_id", path: "userId" },
		{
			when: "its ids say nothing",
			item: { ...track, userId: "", anonymousId: " " },
			code: "missing_id",
			path: "userId",
		},
		{ when: "its ids are null", item: { ...track, userId: null }, code: "missing_id", path: "userId" },
		{ when: "a group has no group", item: { type: "group", userId: "u" }, code: "missing_group_id", path: "groupId" },
		{ when: "a group has no member", item: { type: "group", groupId: "g" }, code: "missing_id", path: "userId" },
		{
			when: "an alias has no past",
			item: { type: "alias", userId: "u" },
			code: "missing_previous_id",
			path: "previousId",
		},
		{ when: "an id is a list", item: { ...track, userId: ["u"] }, code: "wrong_type", path: "userId" },
		{ when: "an id has lost digits", item: { ...track, userId: 2 ** 53 }, code: "wrong_type", path: "userId" },
		{ when: "an id is no whole number", item: { ...track, anonymousId: 1.5 }, code: "wrong_type", path: "anonymousId" },
		{ when: "a name is a number", item: { ...track, event: 5 }, code: "wrong_type", path: "event" },
		{ when: "properties are a list", item: { ...track, properties: [] }, code: "wrong_type", path: "properties" },
		{ when: "traits are text", item: { ...track, traits: "x" }, code: "wrong_type", path: "traits" },
		{ when: "the context is a number", item: { ...track, context: 1 }, code: "wrong_type", path: "context" },
		{ when: "integrations are true", item: { ...track, integrations: true }, code: "wrong_type", path: "integrations" },
		{ when: "a messageId is a number", item: { ...track, messageId: 7 }, code: "wrong_type", path: "messageId" },
		{ when: "a time is none", item: { ...track, timestamp: "soon" }, code: "invalid_timestamp", path: "timestamp" },
		{ when: "a time is a list", item: { ...track, sentAt: [] }, code: "invalid_timestamp", path: "sentAt" },
		{
			when: "the first of its times is none",
			item: { ...track, originalTimestamp: "2026-13-01" },
			code: "invalid_timestamp",
			path: "originalTimestamp",
		},
		{
			when: "a messageId has 101 characters",
			item: { ...track, messageId: "m".repeat(101) },
			code: "message_id_too_long",
			path: "messageId",
		},
		{
			when: "it has 65 levels",
			item: { ...track, properties: nested(64) },
			code: "too_deep",
			path: expect.any(String),
		},
	])("rejects by itself: $when", ({ item, code, path }) => {
		const { accepted, rejected } = accept({ batch: [track, item, track] });
		expect(accepted).toHaveLength(2);
		expect(rejected).toEqual([
			{ index: 1, messageId: expect.toSatisfy(isEcho(item)), code, reason: REJECTIONS[code], path },
		]);
	});

	it.each<Rejected & { text: string }>([
		{ when: "__proto__", text: '{"__proto__":{"x":1}}', item: 0, code: "forbidden_key", path: "properties.__proto__" },
		{
			when: "constructor.prototype",
			text: '{"a":{"constructor":{"prototype":{}}}}',
			item: 0,
			code: "forbidden_key",
			path: "properties.a.constructor.prototype",
		},
		{ when: "a NUL", text: '{"a":"\\u0000"}', item: 0, code: "nul_character", path: "properties.a" },
		{ when: "half a surrogate pair", text: '{"a":"\\udead"}', item: 0, code: "invalid_unicode", path: "properties.a" },
	])("rejects by itself what holds $when", ({ text, code, path }) => {
		const batch = `{"batch":[${JSON.stringify(track)},{"type":"track","event":"E","userId":"u","properties":${text}}]}`;
		expect(acceptText(batch, "batch")).toMatchObject({
			accepted: [{ messageId: "m-1" }],
			rejected: [{ index: 1, code, path }],
		});
	});

	it("takes 64 levels", () => {
		const properties = nested(63);
		expect(accept({ batch: [{ ...track, properties }] }).accepted).toMatchObject([{ properties }]);
	});

	it("keeps the spec's fields as they are and what it does not know under extra", () => {
		const fields = {
			name: "Home",
			category: "c",
			properties: { price: 1.5, list: [1, null] },
			traits: { plan: "gold" },
			context: { page: { url: "https://shop.example/" } },
			integrations: { All: false },
			anonymousId: "a-1",
			groupId: "g-1",
			previousId: "p-1",
		};
		const unknown = {
			channel: "web",
			_metadata: { bundled: [] },
			flags: ["historical"],
			extra: 1,
			toString: "x",
			gone: null,
		};
		const sent = { ...track, ...fields, ...unknown, writeKey: "wk", receivedAt: "1999-01-01T00:00:00.000Z" };
		expect(accept({ batch: [sent] }).accepted).toEqual([{ ...track, ...fields, ...times, extra: unknown }]);
	});

	it("reads whole numbers as ids, as older SDKs send them", () => {
		expect(accept({ batch: [{ ...track, userId: 42, anonymousId: 0 }] }).accepted).toMatchObject([
			{ userId: "42", anonymousId: "0" },
		]);
	});

	it("makes a messageId where there is none", () => {
		const { accepted } = accept({
			batch: [
				{ ...track, messageId: undefined },
				{ ...track, messageId: "" },
			],
		});
		expect(accepted.map(({ messageId }) => messageId)).toEqual(["made-0", "made-1"]);
	});

	it("gives each event what the batch says for all, and lets its own win", () => {
		const { accepted } = accept({
			batch: [{ ...track, context: { ip: "own" }, integrations: { X: true } }, track],
			context: { ip: "batch", locale: "en" },
			integrations: { All: false, X: false },
			sentAt: "2026-10-09T11:59:00.000Z",
		});
		expect(accepted).toMatchObject([
			{
				context: { ip: "own", locale: "en" },
				integrations: { All: false, X: true },
				sentAt: "2026-10-09T11:59:00.000Z",
			},
			{ context: { ip: "batch", locale: "en" }, integrations: { All: false, X: false } },
		]);
	});

	it("blames each event for a sentAt of the batch that is none", () => {
		const { rejected } = accept({ batch: [track, { ...track, sentAt: NOW }], sentAt: "soon" });
		expect(rejected).toMatchObject([{ index: 0, code: "invalid_timestamp", path: "sentAt" }]);
	});

	it("fills ip and userAgent in where the event does not say them", () => {
		const terms = someTerms({ seen: { ip: "192.0.2.7", userAgent: "browser" } });
		const { accepted } = accept(
			{ batch: [track, { ...track, context: { ip: "0.0.0.0", locale: "en" } }] },
			"batch",
			terms,
		);
		expect(accepted.map(({ context }) => context)).toEqual([
			{ ip: "192.0.2.7", userAgent: "browser" },
			{ ip: "0.0.0.0", userAgent: "browser", locale: "en" },
		]);
	});

	it("lets a key send its types only", () => {
		const { accepted, rejected } = accept(
			{ batch: [track, { type: "identify", userId: "u" }] },
			"batch",
			someTerms({ allowedTypes: ["identify"] }),
		);
		expect(accepted).toMatchObject([{ type: "identify" }]);
		expect(rejected).toMatchObject([{ index: 0, code: "type_not_allowed", path: "type" }]);
	});

	it("takes the type from the path, and rejects one that contradicts it", () => {
		expect(accept({ event: "E", userId: "u" }, "track").accepted).toMatchObject([{ type: "track" }]);
		expect(accept(track, "identify").rejected).toMatchObject([{ code: "type_mismatch", path: "type" }]);
	});

	it("flags what lies ahead and what is imported", () => {
		const ahead = { ...track, timestamp: "2026-10-09T12:11:00.000Z" };
		expect(accept({ batch: [ahead, track] }).accepted.map(({ flags }) => flags)).toEqual([
			["future_timestamp"],
			undefined,
		]);
		expect(accept({ batch: [ahead] }, "import").accepted).toMatchObject([
			{ flags: ["future_timestamp", "historical"], timestamp: NOW, originalTimestamp: ahead.timestamp },
		]);
	});

	it.each([
		{ body: {}, expected: "missing_batch" },
		{ body: { batch: {} }, expected: "missing_batch" },
		{ body: { batch: null }, expected: "missing_batch" },
		{ body: { batch: Array(2501).fill(0) }, expected: "too_many_events" },
		{ body: { batch: [], context: "x" }, expected: "bad_shared_field" },
		{ body: { batch: [], integrations: [] }, expected: "bad_shared_field" },
		{ body: { batch: [], context: nested(64) }, expected: "bad_shared_field" },
		{ body: { batch: [], context: { a: "\0" } }, expected: "bad_shared_field" },
	])("refuses the batch as a whole: $expected", ({ body, expected }) => {
		expect(acceptText(JSON.stringify(body), "batch")).toBe(expected);
	});

	it("takes 2,500 events", () => {
		expect(accept({ batch: Array(2500).fill(track) }).accepted).toHaveLength(2500);
	});
});

describe("the size of an event", () => {
	const LIMIT = 32 * 1024;
	/** An event whose JSON takes exactly so many bytes; `é` takes two of them. */
	const ofBytes = (bytes: number) => {
		const empty = byteLength(JSON.stringify({ ...track, properties: { text: "" } }));
		const left = bytes - empty;
		return { ...track, properties: { text: "é".repeat(Math.floor(left / 2)) + "x".repeat(left % 2) } };
	};

	it.each([
		{ bytes: LIMIT, rejected: [] },
		{ bytes: LIMIT + 1, rejected: [{ index: 0, messageId: "m-1", code: "event_too_large", path: "" }] },
	])("may be 32 KB and no more: $bytes bytes", ({ bytes, rejected }) => {
		const event = ofBytes(bytes);
		expect(byteLength(JSON.stringify(event))).toBe(bytes);
		expect(accept(event, "track").rejected).toMatchObject(rejected);
		expect(accept({ batch: [event, track] }).rejected).toMatchObject(rejected);
		expect(accept({ batch: [event, track] }).rejected).toHaveLength(rejected.length);
	});

	it("counts what the batch gives to each event", () => {
		const batch = [ofBytes(20_000), track];
		const context = { text: "x".repeat(20_000) };
		expect(accept({ batch, context }).rejected).toMatchObject([{ index: 0, code: "event_too_large" }]);
	});
});

/** The messageId that a rejection echoes: as sent, at most 100 characters, or null. */
const isEcho = (item: unknown) => (echo: unknown) => {
	const { messageId } = (item ?? {}) as { messageId?: unknown };
	return echo === (typeof messageId === "string" ? messageId.slice(0, 100) : null);
};

describe("any batch", () => {
	const value = fc.oneof(
		fc.constantFrom("u", "", null, 1, 2.5, [], {}, true, "2026-01-01", "track", "group"),
		fc.string(),
	);
	const names = [
		"type",
		"event",
		"userId",
		"anonymousId",
		"groupId",
		"previousId",
		"messageId",
		"timestamp",
		"context",
		"x",
	];
	const likely = { type: "track", event: "E", userId: "u" };
	const item = fc.dictionary(fc.constantFrom(...names), value).map((fields) => ({ ...likely, ...fields }));

	it("is judged event by event: each is accepted or rejected, once, in its order", () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(item, value)), (batch) => {
				const { accepted, rejected } = accept({ batch });
				expect(accepted.length + rejected.length).toBe(batch.length);
				const alone = batch.map((one) => accept({ batch: [one] }));
				expect(accepted.map(({ type, event }) => [type, event])).toEqual(
					alone.flatMap((one) => one.accepted.map(({ type, event }) => [type, event])),
				);
				const rejectedAlone = alone.flatMap((one, index) => one.rejected.map((r) => ({ ...r, index })));
				expect(rejected).toEqual(rejectedAlone);
			}),
		);
	});

	it("brings only what the bus's contract allows", () => {
		fc.assert(
			fc.property(fc.array(item), (batch) => {
				for (const event of accept({ batch }).accepted) expect(collectedEvent.parse(event)).toEqual(event);
			}),
		);
	});
});
