import { describe, expect, it } from "vitest";
import { aCollector, aSource, PUBLIC_KEY, SECRET_KEY, SHOP } from "./collector.ts";
import { basic } from "./http-event.ts";

const settings = (path: string, headers = {}) => ({ method: "GET", path, headers: { origin: SHOP, ...headers } });

describe("the settings of analytics-next", () => {
	it.each([
		{ host: "collect.example", proto: "https", expected: { apiHost: "collect.example/v1", protocol: "https" } },
		{ host: "127.0.0.1:8787", proto: "", expected: { apiHost: "127.0.0.1:8787/v1", protocol: "http" } },
		{ host: "[::1]:8787", proto: "http", expected: { apiHost: "[::1]:8787/v1", protocol: "http" } },
		{ host: 'evil"/><script>', proto: "https,http", expected: { apiHost: "collect.example/v1", protocol: "https" } },
	])("name the host $host that the request came to", async ({ host, proto, expected }) => {
		const { send } = aCollector();
		const answer = await send(settings(`/v1/projects/${PUBLIC_KEY}/settings`, { host, "x-forwarded-proto": proto }));
		expect(answer).toMatchObject({
			status: 200,
			headers: { "access-control-allow-origin": SHOP, "content-type": "application/json" },
			body: { integrations: { "Segment.io": { apiKey: PUBLIC_KEY, ...expected } }, metrics: { sampleRate: 0 } },
		});
		expect(JSON.stringify(answer.body)).not.toContain('segment.io"');
	});

	it.each(["/projects", "/v1/projects", "/v1/v1/projects"])("are found under %s", async (path) => {
		const { send } = aCollector();
		expect((await send(settings(`${path}/${PUBLIC_KEY}/settings`))).status).toBe(200);
	});

	it.each([
		{ key: "wk_nobody", origin: SHOP, status: 401, code: "unknown_key" },
		{ key: "sk_test_off", origin: SHOP, status: 403, code: "source_disabled" },
		{ key: PUBLIC_KEY, origin: "https://evil.example", status: 403, code: "origin_not_allowed" },
	])("of $key are refused to $origin: $code", async ({ key, origin, status, code }) => {
		const { send } = aCollector();
		expect(await send(settings(`/v1/projects/${key}/settings`, { origin }))).toMatchObject({ status, body: { code } });
	});

	it("take nothing from the rate of the source", async () => {
		const { send } = aCollector({ sources: [aSource({ rate: { perSecond: 1, burst: 1 } })] });
		const path = `/v1/projects/${SECRET_KEY}/settings`;
		for (const _ of [1, 2, 3]) expect((await send(settings(path))).status).toBe(200);
	});
});

describe("the source config of RudderStack's browser SDK", () => {
	it.each([
		{ where: "the query", request: { query: { writeKey: PUBLIC_KEY, p: "cdn", v: "3.34.1" } } },
		{ where: "Basic", request: { headers: { ...basic(PUBLIC_KEY), origin: SHOP } } },
	])("is found with the key in $where", async ({ request }) => {
		const { send } = aCollector();
		const answer = await send({ method: "GET", path: "/sourceConfig/", ...request });
		expect({ status: answer.status, body: answer.body }).toEqual({
			status: 200,
			body: { source: { id: "web", name: "web", enabled: true, config: {}, destinations: [] } },
		});
	});

	it("tells the SDK when the source is off", async () => {
		const { send } = aCollector();
		const answer = await send({ method: "GET", path: "/sourceConfig", query: { writeKey: "sk_test_off" } });
		expect(answer).toMatchObject({ status: 200, body: { source: { enabled: false } } });
	});

	it("is refused without a key", async () => {
		const { send } = aCollector();
		expect(await send({ method: "GET", path: "/sourceConfig" })).toMatchObject({
			status: 401,
			body: { code: "missing_key" },
		});
	});
});
