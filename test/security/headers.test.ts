import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aCollector } from "../functions/collect/collector.ts";
import { type Running, runTutti, SERVER_KEY, WEB_KEY } from "../support/tutti.ts";

/** Every kind of answer there is: of the collector, the admin API, the listener before both; good, bad and none. */
const ROUTES: readonly { readonly of: string; readonly line: string; readonly as?: string; readonly status: number }[] =
	[
		...[
			"track",
			"identify",
			"page",
			"screen",
			"group",
			"alias",
			"batch",
			"import",
			"t",
			"i",
			"p",
			"s",
			"g",
			"a",
			"b",
		].map((call) => ({ of: "the collector without a key", line: `POST /v1/${call}?writeKey=wrong`, status: 401 })),
		{ of: "the collector", line: `POST /v1/track?writeKey=${SERVER_KEY}`, status: 400 },
		{ of: "the beacon", line: `POST /beacon/v1/batch?writeKey=wrong`, status: 401 },
		{ of: "a pixel that is refused", line: `GET /v1/pixel/track?writeKey=${SERVER_KEY}`, status: 400 },
		{
			of: "a pixel",
			line: `GET /v1/pixel/track?writeKey=${SERVER_KEY}&data=${btoa('{"userId":"a","event":"b"}')}`,
			status: 200,
		},
		{ of: "the settings of analytics-next", line: `GET /v1/projects/${WEB_KEY}/settings`, status: 200 },
		{ of: "the settings of nobody", line: "GET /v1/projects/wrong/settings", status: 401 },
		{ of: "RudderStack's settings", line: `GET /sourceConfig?writeKey=${WEB_KEY}`, status: 200 },
		{ of: "the health check", line: "GET /healthz", status: 200 },
		{ of: "a preflight", line: "OPTIONS /v1/track", status: 204 },
		{ of: "a wrong method", line: "PUT /v1/track", status: 405 },
		{ of: "nothing", line: "GET /nothing", status: 404 },
		{ of: "the root", line: "GET /", status: 404 },
		{ of: "a page somebody hopes for", line: "GET /index.html", status: 404 },
		{ of: "a path that cannot be decoded", line: "GET /%zz", status: 400 },
		...[
			"definitions",
			"segments",
			"lists",
			"deliveries",
			"events",
			"identity/health",
			"trace/m",
			"profiles/user_id:a",
			"nothing",
		].map((path) => ({
			of: "the admin API to nobody",
			line: `GET /v1/${path}`,
			status: path === "nothing" ? 404 : 401,
		})),
		...["definitions", "segments", "lists", "events"].map((path) => ({
			of: "the admin API",
			line: `GET /v1/${path}`,
			as: "admin",
			status: 200,
		})),
		{ of: "a list that lacks a parameter", line: "GET /v1/deliveries", as: "admin", status: 400 },
		{ of: "a profile that is not there", line: "GET /v1/profiles/user_id:nobody", as: "admin", status: 404 },
		{ of: "a query that is refused", line: "POST /v1/query", as: "admin", status: 400 },
		{ of: "an admin path that is not there", line: "GET /v1/segments/x/y/z", as: "admin", status: 404 },
		{ of: "a method the admin API has not", line: "DELETE /v1/query", as: "admin", status: 405 },
		{ of: "the sink to nobody", line: "GET /_sink/crm", status: 401 },
		{ of: "the sink", line: "POST /_sink/crm", status: 204 },
		{ of: "the live tail", line: "GET /v1/events?stream", as: "stream", status: 200 },
	];

let tutti: Running;
beforeAll(async () => {
	tutti = await runTutti();
});
afterAll(() => tutti.close());

/** The status and headers of an answer; `fetch` would not show all of them, and would wait for the end of a stream. */
function headersOf(line: string, as?: string): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
	const [method = "GET", path = "/"] = line.split(" ");
	const headers = {
		...(as && { authorization: `Bearer ${tutti.adminToken}` }),
		...(as === "stream" && { accept: "text/event-stream" }),
		...(method === "OPTIONS" && { origin: "https://shop.example", "access-control-request-method": "POST" }),
	};
	return new Promise((resolve, reject) => {
		const sent = request(`${tutti.url}${path.replace("?stream", "")}`, { method, headers }, (answer) => {
			resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
			answer.destroy();
		});
		sent.on("error", reject).end();
	});
}

describe("whatever is answered", () => {
	it.each(ROUTES)("$of ($line) is nothing to be guessed at, run, framed or kept", async ({ line, as, status }) => {
		const answer = await headersOf(line, as);
		expect(answer.status).toBe(status);
		expect(answer.headers).toMatchObject({
			"x-content-type-options": "nosniff",
			"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
			"cache-control": "no-store",
		});
		expect(String(answer.headers["content-type"] ?? "")).not.toMatch(/html|svg|xml|javascript/);
		for (const banner of ["server", "x-powered-by", "via"]) expect(answer.headers).not.toHaveProperty(banner);
		expect(answer.headers).not.toHaveProperty("set-cookie");
	});

	it("never shows where it went wrong", async () => {
		const { send } = aCollector({ definitionsFail: () => new Error("connect ECONNREFUSED 10.0.0.7:8000") });
		const answer = await send({ path: "/v1/track", query: { writeKey: "sk_test_server" }, body: "{}" });
		expect(answer.status).toBe(503);
		expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.7|ECONN|at .*\.ts:/);
	});
});

describe("over https", () => {
	it.each(["/v1/track", "/healthz", "/nothing"])("%s tells browsers to come over nothing else", async (path) => {
		const { headers } = await aCollector().send({ method: "GET", path });
		expect(headers["strict-transport-security"]).toBe("max-age=31536000");
	});

	it("and over http says nothing of it, as browsers would not believe it", async () => {
		expect((await headersOf("GET /healthz")).headers).not.toHaveProperty("strict-transport-security");
	});
});
