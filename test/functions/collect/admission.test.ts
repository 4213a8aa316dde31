import { describe, expect, it } from "vitest";
import { problemShape } from "#contracts/http/problem-shape.ts";
import { aCollector, aSource, NOW, PUBLIC_KEY, SECRET_KEY, SHOP, SOURCES } from "./collector.ts";
import { basic, type HttpRequest } from "./http-event.ts";

const event = { event: "E", userId: "ada@example.com" };
const track = (over: Partial<HttpRequest> = {}): HttpRequest => ({
	path: "/v1/track",
	body: JSON.stringify(event),
	...over,
});
const FOREIGN = "https://evil.example";

describe("the write key", () => {
	it.each<{ where: string; request: HttpRequest }>([
		{ where: "Basic", request: track({ headers: basic(SECRET_KEY) }) },
		{
			where: "Basic with a password",
			request: track({ headers: { authorization: `Basic ${btoa(`${SECRET_KEY}:x:y`)}` } }),
		},
		{ where: "Basic without a colon", request: track({ headers: { authorization: `Basic ${btoa(SECRET_KEY)}` } }) },
		{
			where: "basic in small letters",
			request: track({ headers: { authorization: `basic ${btoa(`${SECRET_KEY}:`)}` } }),
		},
		{ where: "the query", request: track({ query: { writeKey: SECRET_KEY } }) },
		{ where: "the body", request: track({ body: JSON.stringify({ ...event, writeKey: SECRET_KEY }) }) },
		{
			where: "the body beside a Bearer",
			request: track({
				headers: { authorization: "Bearer x" },
				body: JSON.stringify({ ...event, writeKey: SECRET_KEY }),
			}),
		},
		{
			where: "the query beside an empty Basic",
			request: track({ headers: basic(""), query: { writeKey: SECRET_KEY } }),
		},
	])("is found in $where, and is not kept with the event", async ({ request }) => {
		const { send, entries } = aCollector();
		expect(await send(request)).toMatchObject({ status: 200, body: { accepted: 1 } });
		expect(entries).toMatchObject([{ detail: { source: "server" } }]);
		expect(JSON.stringify(entries)).not.toContain(SECRET_KEY);
	});

	it.each<{ what: string; request: HttpRequest; status: number; code: string }>([
		{ what: "no key", request: track(), status: 401, code: "missing_key" },
		{
			what: "a key that is a number",
			request: track({ body: JSON.stringify({ ...event, writeKey: 5 }) }),
			status: 401,
			code: "missing_key",
		},
		{
			what: "Basic that is no base64",
			request: track({ headers: { authorization: "Basic §§§" } }),
			status: 401,
			code: "missing_key",
		},
		{ what: "an unknown key", request: track({ headers: basic("sk_test_nobody") }), status: 401, code: "unknown_key" },
		{
			what: "an unknown key in the body",
			request: track({ body: JSON.stringify({ ...event, writeKey: "sk_test_nobody" }) }),
			status: 401,
			code: "unknown_key",
		},
		{
			what: "an unknown key and a body that is no JSON",
			request: track({ headers: basic("sk_test_nobody"), body: "{" }),
			status: 401,
			code: "unknown_key",
		},
		{
			what: "a disabled source",
			request: track({ headers: basic("sk_test_off") }),
			status: 403,
			code: "source_disabled",
		},
		{
			what: "a foreign origin",
			request: track({ headers: { ...basic(PUBLIC_KEY), origin: FOREIGN } }),
			status: 403,
			code: "origin_not_allowed",
		},
	])(
		"$what is answered $status $code, and logged without a word about the person",
		async ({ request, status, code }) => {
			const { send, entries, log } = aCollector();
			const answer = await send(request);
			expect(answer).toMatchObject({ status, body: { status, code } });
			expect(problemShape.safeParse(answer.body).success).toBe(true);
			expect(entries).toEqual([]);
			expect(log.lines).toEqual([
				{ level: "warn", message: "a request was refused", fields: { code, requestId: "request-1" } },
			]);
		},
	);

	it("of a browser may send the types it was given, and fills in where the event came from", async () => {
		const key = { kind: "public" as const, writeKey: PUBLIC_KEY, origins: [SHOP], types: ["track" as const] };
		const { send, published } = aCollector({ sources: [aSource({ id: "web", key })] });
		const headers = { ...basic(PUBLIC_KEY), origin: SHOP, "user-agent": "Firefox" };
		const batch = [
			{ type: "track", ...event },
			{ type: "identify", userId: "u" },
		];
		const answer = await send({ path: "/v1/batch", headers, body: JSON.stringify({ batch }) });
		expect(answer).toMatchObject({
			status: 200,
			body: { accepted: 1, rejected: [{ index: 1, code: "type_not_allowed", path: "type" }] },
		});
		expect(published()).toMatchObject([{ context: { ip: "192.0.2.7", userAgent: "Firefox" } }]);
	});

	it("of a server says nothing of the server's own address", async () => {
		const { send, published } = aCollector();
		await send(track({ headers: basic(SECRET_KEY) }));
		expect(published()).toMatchObject([{ context: {} }]);
		expect(published()[0]?.context).toEqual({});
	});
});

describe("CORS", () => {
	const allowed = {
		"access-control-allow-origin": SHOP,
		"access-control-expose-headers": "retry-after",
		vary: "Origin",
	};
	const from = (origin: string, over: Partial<HttpRequest> = {}) =>
		track({ ...over, headers: { ...basic(PUBLIC_KEY), origin, ...over.headers } });

	it.each<{ what: string; request: HttpRequest; status: number }>([
		{ what: "accepted events", request: from(SHOP), status: 200 },
		{ what: "bad JSON", request: from(SHOP, { body: "{" }), status: 400 },
		{ what: "an unknown key", request: from(SHOP, { headers: basic("wk_nobody") }), status: 401 },
		{ what: "a disabled source", request: from(SHOP, { headers: basic("sk_test_off") }), status: 403 },
		{ what: "an unknown path", request: from(SHOP, { path: "/v1/nothing" }), status: 404 },
		{ what: "a wrong method", request: from(SHOP, { method: "PUT" }), status: 405 },
		{ what: "a large body", request: from(SHOP, { body: " ".repeat(512_001) }), status: 413 },
		{ what: "a strict refusal", request: from(SHOP, { body: "{}", headers: { "x-strict-mode": "1" } }), status: 422 },
		{ what: "the health", request: from(SHOP, { method: "GET", path: "/healthz" }), status: 200 },
	])("lets a page of an allowed origin read the answer to $what", async ({ request, status }) => {
		const { send } = aCollector();
		expect(await send(request)).toMatchObject({ status, headers: allowed });
	});

	it("lets it read that it must wait, and that the bus is away", async () => {
		const slow = SOURCES.map((source) => ({ ...source, rate: { perSecond: 1, burst: 1 } }));
		const limited = aCollector({ sources: slow });
		await limited.send(from(SHOP));
		expect(await limited.send(from(SHOP))).toMatchObject({ status: 429, headers: { ...allowed, "retry-after": "1" } });
		const away = aCollector({ busFails: () => new Error("away") });
		expect(await away.send(from(SHOP))).toMatchObject({ status: 503, headers: { ...allowed, "retry-after": "5" } });
	});

	it.each([
		"/v1/t",
		"/v1/batch",
		"/beacon/v1/batch",
		"/v1/pixel/page",
		"/sourceConfig/",
		"/v1/projects/k/settings",
		"/healthz",
	])("answers the preflight of %s", async (path) => {
		const { send } = aCollector();
		const headers = { origin: SHOP, "access-control-request-method": "POST" };
		const answer = await send({ method: "OPTIONS", path, headers });
		expect(answer).toMatchObject({
			status: 204,
			headers: { ...allowed, "access-control-allow-methods": "GET, POST, OPTIONS" },
		});
		const may = String(answer.headers["access-control-allow-headers"]).split(", ");
		expect(may).toEqual(
			expect.arrayContaining([
				"authorization",
				"content-type",
				"x-retry-count",
				"anonymousid",
				"sentat",
				"rsa-recovered",
			]),
		);
	});

	it.each([
		{ what: "a foreign origin", headers: { origin: FOREIGN } },
		{ what: "no origin", headers: {} },
	])("refuses the preflight of $what", async ({ headers }) => {
		const { send } = aCollector();
		const answer = await send({ method: "OPTIONS", path: "/v1/t", headers });
		expect(answer).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } });
		expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
	});

	it("hides every answer from a foreign origin", async () => {
		const { send } = aCollector();
		const answer = await send(track({ headers: { ...basic(SECRET_KEY), origin: FOREIGN } }));
		expect(answer.status).toBe(200);
		expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
	});
});

describe("the rate of a source", () => {
	it("is kept for each source by itself, and the wait is said", async () => {
		let now = Date.parse(NOW);
		const sources = [
			aSource({ rate: { perSecond: 0.5, burst: 2 } }),
			aSource({ id: "other", key: { kind: "secret", writeKey: "sk_test_other" } }),
		];
		const { send, published } = aCollector({ sources, now: () => new Date(now) });
		const statuses = async (times: number, key = SECRET_KEY) => {
			const answers = [];
			for (let i = 0; i < times; i += 1) answers.push((await send(track({ headers: basic(key) }))).status);
			return answers;
		};
		expect(await statuses(3)).toEqual([200, 200, 429]);
		expect(await send(track({ headers: basic(SECRET_KEY) }))).toMatchObject({
			headers: { "retry-after": "2" },
			body: { code: "rate_limited" },
		});
		expect(await statuses(1, "sk_test_other")).toEqual([200]);
		now += 2000;
		expect(await statuses(2)).toEqual([200, 429]);
		expect(published()).toHaveLength(4);
	});
});
