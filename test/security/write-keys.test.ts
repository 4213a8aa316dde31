import crypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { source } from "#contracts/definitions/source.ts";
import { hashInKey } from "#domain/model/write-key.ts";
import { aCollector, aSource, PUBLIC_KEY, SECRET_KEY, SHOP } from "../functions/collect/collector.ts";
import { basic } from "../functions/collect/http-event.ts";

const EVENT = '{"userId":"ada","event":"Came"}';
const raw = (authorization: string) => ({ authorization });
const hashed = `sha256:${crypto.hash("sha256", SECRET_KEY, "base64url")}`;

afterEach(() => vi.restoreAllMocks());

/** What is sent in place of a right key, and what it is answered. */
const ATTACKS: readonly {
	readonly key: string;
	readonly headers?: Record<string, string>;
	readonly query?: Record<string, string>;
	readonly body?: string;
}[] = [
	{ key: "none" },
	{ key: "an empty header", headers: raw("") },
	{ key: "an empty key", headers: basic("") },
	{ key: "a wrong key", headers: basic("sk_test_serveR") },
	{ key: "all but the last character", headers: basic(SECRET_KEY.slice(0, -1)) },
	{ key: "a character too many", headers: basic(`${SECRET_KEY}x`) },
	{ key: "a blank behind it", headers: basic(`${SECRET_KEY} `) },
	{ key: "a NUL behind it", headers: basic(`${SECRET_KEY}\0`) },
	{ key: "the key in capitals", headers: basic(SECRET_KEY.toUpperCase()) },
	{ key: "the hash that is kept of it", headers: basic(hashed) },
	{ key: "the key as a Bearer token", headers: raw(`Bearer ${SECRET_KEY}`) },
	{ key: "the key as the password", headers: raw(`Basic ${btoa(`:${SECRET_KEY}`)}`) },
	{ key: "what is no base64", headers: raw("Basic ****") },
	{ key: "a name that every object has", headers: basic("constructor") },
	{ key: "another such name", headers: basic("__proto__") },
	{ key: "such a name in the query", query: { writeKey: "__proto__" } },
	{ key: "such a name in the body", body: '{"writeKey":"__proto__","userId":"a","event":"b"}' },
	{ key: "an object in the body", body: `{"writeKey":{"length":1,"0":"${SECRET_KEY}"},"userId":"a","event":"b"}` },
	{ key: "a list in the body", body: `{"writeKey":["${SECRET_KEY}"],"userId":"a","event":"b"}` },
	{ key: "two keys in the query, as API Gateway joins them", query: { writeKey: `wrong,${SECRET_KEY}` } },
	{ key: "a key of a megabyte", query: { writeKey: "x".repeat(1_000_000) } },
	{ key: "a key of another stage", headers: basic("sk_prod_server") },
	{ key: "a pattern", headers: basic("*") },
	{ key: "SQL", headers: basic("' OR 1=1 --") },
];

describe("the collector", () => {
	it.each(ATTACKS)(
		"lets nobody in with $key, and puts nothing on the bus",
		async ({ headers, query, body = EVENT }) => {
			const { send, entries } = aCollector();
			const answer = await send({ path: "/v1/track", body, ...(headers && { headers }), ...(query && { query }) });
			expect(answer).toMatchObject({ status: 401 });
			expect(entries).toEqual([]);
		},
	);

	it("does not say whether a key is near or far, or which sources there are", async () => {
		const { send } = aCollector();
		const answers = await Promise.all(
			[basic("x"), basic(SECRET_KEY.slice(0, -1)), basic("sk_test_of")].map((headers) =>
				send({ path: "/v1/track", headers, body: EVENT }),
			),
		);
		expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
	});

	it("keeps a public key to its origins and types, whatever the page says", async () => {
		const { send, entries } = aCollector();
		for (const origin of [
			"https://evil.example",
			"null",
			`${SHOP}.evil.example`,
			"https://evilshop.example",
			SHOP.toUpperCase(),
		]) {
			const answer = await send({ path: "/v1/track", headers: { ...basic(PUBLIC_KEY), origin }, body: EVENT });
			expect(answer).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } });
			expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
		}
		expect(entries).toEqual([]);
	});

	it("never allows a browser to send credentials along", async () => {
		const { send } = aCollector();
		for (const method of ["POST", "OPTIONS"]) {
			const answer = await send({
				method,
				path: "/v1/track",
				headers: { ...basic(PUBLIC_KEY), origin: SHOP },
				body: EVENT,
			});
			expect(answer.headers["access-control-allow-origin"]).toBe(SHOP);
			expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
		}
	});

	it("says nothing of keys in its log", async () => {
		const { send, log } = aCollector();
		await send({ path: "/v1/track", headers: basic("sk_secret_guess"), body: EVENT });
		await send({ path: "/v1/track", headers: basic(SECRET_KEY), body: "{" });
		expect(log.lines.length).toBeGreaterThan(0);
		expect(JSON.stringify(log.lines)).not.toMatch(/sk_/);
	});
});

describe("comparing keys", () => {
	it("compares digests of one length in constant time, with every source, whichever is right", async () => {
		const compared = vi.spyOn(crypto, "timingSafeEqual");
		const { syncBuiltinESMExports } = await import("node:module");
		syncBuiltinESMExports();
		const sources = ["one", "two", "three"].map((id) =>
			aSource({ id, key: { kind: "secret", writeKey: `sk_test_${id}` } }),
		);
		const counts: number[] = [];
		for (const key of ["sk_test_one", "sk_test_three", "sk_test_none", "x", "x".repeat(10_000)]) {
			compared.mockClear();
			await aCollector({ sources }).send({ path: "/v1/track", headers: basic(key), body: EVENT });
			counts.push(compared.mock.calls.length);
			for (const [a, b] of compared.mock.calls) expect([a.byteLength, b.byteLength]).toEqual([32, 32]);
		}
		vi.restoreAllMocks();
		syncBuiltinESMExports();
		expect(counts).toEqual([3, 3, 3, 3, 3]);
	});

	it("keeps of a secret key its hash alone", () => {
		const kept = source.parse({ id: "server", key: { kind: "secret", writeKey: hashed } });
		expect(hashInKey(kept.key.writeKey)).toBe(hashed.slice("sha256:".length));
	});
});
