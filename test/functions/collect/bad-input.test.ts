import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { REFUSALS, REJECTIONS, type RefusalCode, type RejectionCode } from "#contracts/http/collect-codes.ts";
import { problem } from "#contracts/http/problem.ts";
import { aCollector, NOW, SECRET_KEY } from "./collector.ts";
import { basic, gzipped } from "./http-event.ts";

const headers = basic(SECRET_KEY);
const good = { event: "E", userId: "u", messageId: "m-1" };
const KB = 1024;

/** A body of exactly so many bytes, of which a good event takes the first. */
const ofBytes = (bytes: number): string => JSON.stringify(good).padEnd(bytes, " ");
/** An event whose JSON takes exactly so many bytes. */
function eventOfBytes(bytes: number): string {
	const empty = JSON.stringify({ ...good, properties: { text: "" } }).length;
	return JSON.stringify({ ...good, properties: { text: "x".repeat(bytes - empty) } });
}
const levels = (depth: number): string =>
	`{"event":"E","userId":"u","messageId":"m-1","properties":${'{"a":'.repeat(depth - 1)}1${"}".repeat(depth)}`;

describe("a body that cannot be read", () => {
	it.each<{ what: string; body?: string | Uint8Array; encoding?: string; code: RefusalCode }>([
		{ what: "nothing", code: "body_not_json" },
		{ what: "an empty one", body: "", code: "body_not_json" },
		{ what: "malformed JSON", body: '{"event":', code: "body_not_json" },
		{ what: "two JSON values", body: "{}{}", code: "body_not_json" },
		{ what: "a form", body: "event=E&userId=u", code: "body_not_json" },
		{ what: "a NUL byte", body: '{"event":"E\0"}', code: "body_not_json" },
		{ what: "NUL bytes alone", body: new Uint8Array(16), code: "body_not_json" },
		{ what: "JSON that is text", body: '"event"', code: "body_not_object" },
		{ what: "JSON that is a list", body: "[]", code: "body_not_object" },
		{ what: "JSON that is null", body: "null", code: "body_not_object" },
		{ what: "invalid UTF-8", body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), code: "body_not_utf8" },
		{ what: "overlong UTF-8", body: Buffer.from([0x7b, 0xc0, 0xaf, 0x7d]), code: "body_not_utf8" },
		{ what: "half a surrogate pair as text", body: '{"event":"\ud83d"}', code: "body_not_utf8" },
		{ what: "500 KB + 1", body: ofBytes(500 * KB + 1), code: "body_too_large" },
		{ what: "500 KB + 1 as bytes", body: Buffer.from(ofBytes(500 * KB + 1)), code: "body_too_large" },
		{ what: "500 KB + 1, two bytes a character", body: `${"é".repeat(250 * KB)}x`, code: "body_too_large" },
		{ what: "500 KB + 1 in gzip", body: gzipSync(ofBytes(500 * KB + 1)), encoding: "gzip", code: "body_too_large" },
		{
			what: "500 KB + 1 in deflate",
			body: deflateSync(ofBytes(500 * KB + 1)),
			encoding: "deflate",
			code: "body_too_large",
		},
		{ what: "a bomb of 200 MB", body: gzipSync(Buffer.alloc(200 * KB * KB)), encoding: "gzip", code: "body_too_large" },
		{ what: "gzip that is none", body: "{}", encoding: "gzip", code: "bad_encoding" },
		{ what: "half a gzip", body: gzipSync(ofBytes(900)).subarray(0, 30), encoding: "gzip", code: "bad_encoding" },
		{ what: "no gzip at all", encoding: "gzip", code: "bad_encoding" },
		{ what: "deflate that is none", body: "{}", encoding: "deflate", code: "bad_encoding" },
		{ what: "an encoding nobody knows", body: "{}", encoding: "br", code: "bad_encoding" },
		{ what: "an encoding called constructor", body: "{}", encoding: "constructor", code: "bad_encoding" },
		{ what: "gzip twice", body: gzipSync(gzipSync("{}")), encoding: "gzip, gzip", code: "bad_encoding" },
		{ what: "gzip that was not said", body: gzipSync("{}"), code: "body_not_utf8" },
	])("$what is refused: $code", async ({ body, encoding, code }) => {
		const { send, entries } = aCollector();
		const answer = await send({
			path: "/v1/track",
			headers: { ...headers, ...(encoding !== undefined && { "content-encoding": encoding }) },
			...(body !== undefined && { body }),
		});
		const { status, detail } = REFUSALS[code];
		expect(answer).toMatchObject({ status, headers: { "content-type": "application/problem+json" } });
		expect(answer.body).toEqual(problem(status, code, detail));
		expect(entries).toEqual([]);
	});

	it.each<{ what: string; body: unknown; code: RefusalCode }>([
		{ what: "no batch", body: good, code: "missing_batch" },
		{ what: "a batch that is an object", body: { batch: good }, code: "missing_batch" },
		{ what: "2,501 events", body: { batch: Array(2501).fill(0) }, code: "too_many_events" },
		{ what: "a shared context that is a list", body: { batch: [], context: [] }, code: "bad_shared_field" },
	])("a batch with $what is refused: $code", async ({ body, code }) => {
		const { send, entries } = aCollector();
		const answer = await send({ path: "/v1/batch", headers, body: JSON.stringify(body) });
		const { status, detail } = REFUSALS[code];
		expect({ status: answer.status, body: answer.body }).toEqual({ status, body: problem(status, code, detail) });
		expect(entries).toEqual([]);
	});
});

describe("a body that can be read", () => {
	it.each<{ what: string; body: string | Uint8Array; encoding?: string; type?: string }>([
		{ what: "500 KB", body: ofBytes(500 * KB) },
		{ what: "500 KB in gzip", body: gzipSync(ofBytes(500 * KB)), encoding: "gzip" },
		{ what: "32 KB in one event", body: eventOfBytes(32 * KB) },
		{ what: "64 levels", body: levels(64) },
		{ what: "text/plain, as analytics-next sends", body: JSON.stringify(good), type: "text/plain;charset=UTF-8" },
		{
			what: "gzip as a form, as RudderStack's Node SDK sends",
			body: gzipped(good),
			encoding: "gzip",
			type: "application/x-www-form-urlencoded",
		},
		{ what: "deflate with zlib's header", body: deflateSync(JSON.stringify(good)), encoding: "deflate" },
		{ what: "bare deflate", body: deflateRawSync(JSON.stringify(good)), encoding: "deflate" },
		{ what: "GZIP in capitals", body: gzipped(good), encoding: " GZIP " },
		{ what: "identity", body: JSON.stringify(good), encoding: "identity" },
		{ what: "a byte order mark", body: `\ufeff${JSON.stringify(good)}` },
		{ what: "base64", body: Buffer.from(JSON.stringify(good)) },
	])("$what is accepted", async ({ body, encoding, type = "application/json" }) => {
		const { send, published } = aCollector();
		const sent = { ...headers, "content-type": type, ...(encoding !== undefined && { "content-encoding": encoding }) };
		const answer = await send({ path: "/v1/track", headers: sent, body });
		expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 1, rejected: [] } });
		expect(published()).toMatchObject([{ ...good, type: "track" }]);
	});

	it.each<{ what: string; event: string; code: RejectionCode; path: string }>([
		{ what: "32 KB + 1", event: eventOfBytes(32 * KB + 1), code: "event_too_large", path: "" },
		{ what: "65 levels", event: levels(65), code: "too_deep", path: `properties${".a".repeat(63)}` },
		{
			what: "__proto__",
			event: '{"event":"E","userId":"u","messageId":"m-1","__proto__":{"admin":1}}',
			code: "forbidden_key",
			path: "__proto__",
		},
		{
			what: "constructor.prototype",
			event: '{"event":"E","userId":"u","messageId":"m-1","traits":{"constructor":{"prototype":{}}}}',
			code: "forbidden_key",
			path: "traits.constructor.prototype",
		},
		{
			what: "an escaped NUL",
			event: '{"event":"E","userId":"u\\u0000","messageId":"m-1"}',
			code: "nul_character",
			path: "userId",
		},
		{
			what: "an escaped half of a surrogate pair",
			event: '{"event":"\\ud83d","userId":"u","messageId":"m-1"}',
			code: "invalid_unicode",
			path: "event",
		},
		{ what: "no id", event: '{"event":"E","messageId":"m-1"}', code: "missing_id", path: "userId" },
		{
			what: "an id of the wrong type",
			event: '{"event":"E","userId":{},"messageId":"m-1"}',
			code: "wrong_type",
			path: "userId",
		},
		{
			what: "properties of the wrong type",
			event: '{"event":"E","userId":"u","properties":"p","messageId":"m-1"}',
			code: "wrong_type",
			path: "properties",
		},
		{
			what: "a time that is none",
			event: '{"event":"E","userId":"u","timestamp":"tomorrow","messageId":"m-1"}',
			code: "invalid_timestamp",
			path: "timestamp",
		},
	])("with $what is answered for its event: $code", async ({ event, code, path }) => {
		const { send, entries } = aCollector();
		const { status, body } = await send({ path: "/v1/track", headers, body: event });
		expect({ status, body }).toEqual({
			status: 200,
			body: {
				success: true,
				accepted: 0,
				rejected: [{ index: 0, messageId: "m-1", code, reason: REJECTIONS[code], path }],
			},
		});
		expect(entries).toEqual([]);
	});

	it.each([
		{
			what: "ten minutes ahead",
			timestamp: "2026-10-09T09:03:20.000Z",
			expected: { timestamp: "2026-10-09T09:03:20.000Z" },
		},
		{
			what: "more than ten minutes ahead",
			timestamp: "2026-10-09T09:03:20.001Z",
			expected: { timestamp: NOW, originalTimestamp: "2026-10-09T09:03:20.001Z", flags: ["future_timestamp"] },
		},
		{ what: "ancient", timestamp: "1752-09-14T00:00:00.000Z", expected: { timestamp: "1752-09-14T00:00:00.000Z" } },
		{
			what: "a number of milliseconds",
			timestamp: 1_700_000_000_000,
			expected: { timestamp: "2023-11-14T22:13:20.000Z" },
		},
	])("with a time that is $what is accepted", async ({ timestamp, expected }) => {
		const { send, published } = aCollector();
		const answer = await send({ path: "/v1/track", headers, body: JSON.stringify({ ...good, timestamp }) });
		expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
		expect(published()).toMatchObject([expected]);
	});
});
