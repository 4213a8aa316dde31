import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectAnswer } from "#contracts/http/collect.ts";
import { problemShape } from "#contracts/http/problem-shape.ts";
import { aCollector, SECRET_KEY, SHOP } from "./collector.ts";
import { basic, type HttpRequest } from "./http-event.ts";

const PATHS = [
	"/v1/track",
	"/v1/a",
	"/v1/batch",
	"/v1/import",
	"/beacon/v1/batch",
	"/v1/pixel/page",
	"/sourceConfig",
	"/v1/x",
];

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const anyBytes = fc.uint8Array({ maxLength: 200 });
const someJson = fc.jsonValue({ stringUnit: "binary" });
/** An event of which any field may be anything. */
const anyEvent = fc.dictionary(
	fc.oneof(
		fc.constantFrom("type", "event", "userId", "groupId", "previousId", "messageId", "context", "traits", "writeKey"),
		fc.constantFrom("timestamp", "sentAt", "originalTimestamp", "integrations", "batch", "__proto__", "constructor"),
		anyText,
	),
	fc.oneof(someJson, fc.constantFrom("track", "alias", "u", 1, -1e300, "2026-01-01T00:00:00Z", { prototype: 1 })),
);
const anyBody = fc.oneof(
	anyBytes,
	anyText,
	someJson.map((value) => JSON.stringify(value)),
	anyEvent.map((event) => JSON.stringify({ event: "E", userId: "u", ...event })),
	fc.array(anyEvent).map((batch) => JSON.stringify({ batch })),
	anyEvent.map((event) => new Uint8Array(gzipSync(JSON.stringify(event)))),
);
const anyRequest: fc.Arbitrary<HttpRequest> = fc.record({
	method: fc.constantFrom("POST", "POST", "POST", "GET", "OPTIONS", "PUT"),
	path: fc.oneof(fc.constantFrom(...PATHS), anyText),
	query: fc.dictionary(fc.constantFrom("writeKey", "data", "x"), anyText),
	headers: fc.oneof(
		fc.constant(basic(SECRET_KEY)),
		fc.record({
			authorization: fc.oneof(
				anyText,
				anyText.map((text) => `Basic ${text}`),
			),
			origin: fc.oneof(anyText, fc.constant(SHOP)),
			"content-encoding": fc.constantFrom("gzip", "deflate", "identity", "br", "", "__proto__"),
			"x-strict-mode": fc.constantFrom("1", "0"),
			host: anyText,
		}),
		fc.constantFrom("gzip", "deflate").map((encoding) => ({ ...basic(SECRET_KEY), "content-encoding": encoding })),
	),
	body: anyBody,
});

describe("any request", () => {
	it("is answered, never with a 5xx, and what it says is said in the published shapes", async () => {
		const statuses = new Set<number>();
		await fc.assert(
			fc.asyncProperty(anyRequest, async (request) => {
				const { send, published } = aCollector();
				const { status, headers, body } = await send(request);
				statuses.add(status);
				expect(status).toBeLessThan(500);
				if (status >= 400) {
					expect(headers["content-type"]).toBe("application/problem+json");
					expect(problemShape.parse(body).status).toBe(status);
				}
				const collected = collectAnswer.safeParse(body);
				expect(published()).toHaveLength(collected.success ? collected.data.accepted : 0);
			}),
			{ numRuns: 3000 },
		);
		expect([...statuses]).toEqual(expect.arrayContaining([200, 204, 400, 401, 404, 405]));
	});
});
