import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecentEvents } from "#domain/model/ports.ts";
import { requestListener } from "#local/request-listener.ts";
import { recordingLog } from "../functions/shared/recording-log.ts";

const TOKEN = "tut_token";
const bearer = { authorization: `Bearer ${TOKEN}` };

describe("the local HTTP server", () => {
	let server: Server;
	let url: string;
	const log = recordingLog();
	const collected: APIGatewayProxyEventV2[] = [];
	const asked: APIGatewayProxyEventV2[] = [];
	let answer: () => APIGatewayProxyResultV2;
	let recent: RecentEvents;
	let isOpen: boolean;

	beforeEach(async () => {
		collected.length = asked.length = log.lines.length = 0;
		answer = () => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' });
		recent = { since: async () => ({ events: [], cursor: "0" }) };
		isOpen = true;
		const doors = {
			receiveEvents: async (event: APIGatewayProxyEventV2) => {
				collected.push(event);
				return answer();
			},
			serveAdminApi: async (event: APIGatewayProxyEventV2) => {
				asked.push(event);
				return answer();
			},
			recentEvents: { since: (...asking: Parameters<RecentEvents["since"]>) => recent.since(...asking) },
			adminToken: TOKEN,
			admission: { enter: async () => (isOpen ? { leave: () => {} } : { retryAfterSeconds: 3 }) },
			now: () => new Date("2026-10-09T08:53:20.000Z"),
			log,
		};
		server = createServer(requestListener(doors));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	describe("when more comes than can be taken in", () => {
		const origin = "https://shop.example";
		const overloaded = { status: 429, code: "overloaded" };
		beforeEach(() => {
			isOpen = false;
		});

		it.each(["/v1/batch", "/v1/t", "/beacon/v1/batch", "/v1/pixel/track?data=e30"])(
			"answers %s with 429 and Retry-After, readable for a page, and does nothing",
			async (path) => {
				const init = path.includes("pixel") ? {} : { method: "POST", body: "x".repeat(200_000) };
				const response = await fetch(url + path, { ...init, headers: { origin } });
				expect(await response.json()).toMatchObject(overloaded);
				expect(response.headers.get("retry-after")).toBe("3");
				expect(response.headers.get("access-control-allow-origin")).toBe(origin);
				expect(response.headers.get("access-control-expose-headers")).toBe("retry-after");
				expect(collected).toEqual([]);
			},
		);

		it("still answers administrators, preflights, settings and the health check", async () => {
			for (const path of ["/v1/profiles/user_id:ada", "/v1/query"]) {
				expect((await fetch(url + path, { method: "POST", headers: bearer })).status).toBe(200);
			}
			expect((await fetch(`${url}/v1/batch`, { method: "OPTIONS" })).status).toBe(200);
			expect((await fetch(`${url}/healthz`)).status).toBe(200);
			expect((await fetch(`${url}/_sink/crm`, { method: "POST", body: "{}" })).status).toBe(204);
		});

		it("hangs up on whoever does not say how much he sends", async () => {
			const { port } = server.address() as AddressInfo;
			const answer = await new Promise<string>((done) => {
				const sender = httpRequest({
					port,
					method: "POST",
					path: "/v1/batch",
					headers: { "transfer-encoding": "chunked" },
				});
				sender.on("response", (response) => done(`${response.statusCode} ${response.headers.connection}`));
				sender.on("error", () => {});
				sender.write("{");
			});
			expect(answer).toBe("429 close");
		});
	});

	describe("hands a request on as API Gateway does", () => {
		it("path decoded, query joined, headers in lower case, cookies apart", async () => {
			await fetch(`${url}/v1/pixel/tr%C3%A4ck%2Fx?data=a%20b&data=c&empty=`, {
				headers: { "X-Strict-Mode": "1", cookie: "a=1; b=2" },
			});
			expect(collected).toHaveLength(1);
			expect(collected[0]).toMatchObject({
				version: "2.0",
				rawPath: "/v1/pixel/träck/x",
				rawQueryString: "data=a%20b&data=c&empty=",
				queryStringParameters: { data: "a b,c", empty: "" },
				headers: { "x-strict-mode": "1" },
				cookies: ["a=1", "b=2"],
				isBase64Encoded: false,
				requestContext: {
					http: { method: "GET", path: "/v1/pixel/träck/x", sourceIp: "127.0.0.1" },
					timeEpoch: 1_791_536_000_000,
				},
			});
			expect(collected[0]?.headers).not.toHaveProperty("cookie");
			expect(collected[0]).not.toHaveProperty("body");
		});

		it.each<{ what: string; type: string; body: string | Uint8Array<ArrayBuffer>; encoding?: string; isText: boolean }>(
			[
				{ what: "JSON", type: "application/json; charset=utf-8", body: '{"é":1}', isText: true },
				{ what: "the browser SDK's text", type: "text/plain", body: "{}", isText: true },
				{ what: "a form", type: "application/x-www-form-urlencoded", body: "{}", isText: false },
				{
					what: "JSON that is not UTF-8",
					type: "application/json",
					body: new Uint8Array([0x22, 0xff, 0x22]),
					isText: false,
				},
				{
					what: "compressed JSON",
					type: "application/json",
					body: new Uint8Array(gzipSync("{}")),
					encoding: "gzip",
					isText: false,
				},
			],
		)("$what: as text $isText", async ({ type, body, encoding, isText }) => {
			const headers = { "content-type": type, ...(encoding && { "content-encoding": encoding }) };
			await fetch(`${url}/v1/batch`, { method: "POST", headers, body });
			const [event] = collected;
			expect(event?.isBase64Encoded).toBe(!isText);
			expect(Buffer.from(event?.body ?? "", isText ? "utf8" : "base64")).toEqual(Buffer.from(body));
		});
	});

	it("sends the answer with its status, headers, cookies and bytes", async () => {
		answer = () => ({
			statusCode: 418,
			headers: { "x-a": "1" },
			cookies: ["a=1", "b=2"],
			body: "R0lG",
			isBase64Encoded: true,
		});
		const response = await fetch(`${url}/v1/pixel/track`);
		expect(response.status).toBe(418);
		expect(response.headers.get("x-a")).toBe("1");
		expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
		expect(await response.text()).toBe("GIF");
	});

	it("answers 400 to a path that cannot be decoded", async () => {
		const response = await fetch(`${url}/v1/%E0%A4%A`);
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ code: "bad_path" });
		expect(collected).toEqual([]);
	});

	it("answers 413 to a body of 1 MB and a byte that says its size, and takes one of 1 MB", async () => {
		const send = (bytes: number) => fetch(`${url}/v1/batch`, { method: "POST", body: new Uint8Array(bytes) });
		const response = await send(1_000_001);
		expect(response.status).toBe(413);
		expect(response.headers.get("content-type")).toBe("application/problem+json");
		expect(await response.json()).toMatchObject({ code: "body_too_large", status: 413 });
		expect(collected).toEqual([]);
		expect((await send(1_000_000)).status).toBe(200);
	});

	it("answers 413 in the middle of a body that never ends, and hangs up", async () => {
		const status = await new Promise<number | undefined>((resolve, reject) => {
			const sending = httpRequest(`${url}/v1/batch`, { method: "POST" }, (response) => {
				clearInterval(timer);
				response.resume();
				resolve(response.statusCode);
			});
			const timer = setInterval(() => sending.write(Buffer.alloc(200_000)), 5);
			sending.on("error", reject);
		});
		expect(status).toBe(413);
	});

	it("minds nobody who goes away in the middle of a body", async () => {
		const { port } = server.address() as AddressInfo;
		const socket = connect(port, "127.0.0.1");
		socket.write("POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
		await new Promise((later) => setTimeout(later, 50));
		socket.destroy();
		await new Promise((later) => setTimeout(later, 50));
		expect(log.lines).toEqual([]);
		expect((await fetch(`${url}/healthz`)).status).toBe(200);
	});

	describe("the admin API", () => {
		const PATHS = [
			"/v1/profiles/email:a",
			"/v1/segments/x",
			"/v1/definitions",
			"/v1/deliveries",
			"/v1/quarantine",
			"/v1/events",
			"/v1/trace/m",
			"/v1/query",
			"/_sink/crm",
		];

		it.each(PATHS)("%s is closed without the token", async (path) => {
			for (const headers of [
				{},
				{ authorization: "Bearer tut_tokem" },
				{ authorization: TOKEN },
				{ authorization: "Bearer" },
			]) {
				const response = await fetch(url + path, { headers: headers as Record<string, string> });
				expect(response.status).toBe(401);
				expect(await response.json()).toMatchObject({ code: "unauthorized", status: 401 });
			}
			expect([...asked, ...collected]).toEqual([]);
		});

		it("is asked with the token, and the collector without", async () => {
			await fetch(`${url}/v1/segments/x`, { headers: bearer });
			await fetch(`${url}/v1/eventsx`, { headers: bearer });
			expect(asked.map(({ rawPath }) => rawPath)).toEqual(["/v1/segments/x"]);
			expect(collected.map(({ rawPath }) => rawPath)).toEqual(["/v1/eventsx"]);
		});

		it("answers 500 without a word of the error when a function throws", async () => {
			answer = () => {
				throw new Error("ada@example.com");
			};
			const response = await fetch(`${url}/v1/segments/x`, { headers: bearer });
			expect(response.status).toBe(500);
			expect(await response.text()).not.toContain("ada");
			expect(log.lines).toHaveLength(1);
			expect(JSON.stringify(log.lines)).not.toContain("ada");
		});
	});

	describe("the live tail", () => {
		it("streams events oldest first, each once, and goes on after Last-Event-ID", async () => {
			const afters: (string | undefined)[] = [];
			recent = {
				since: async (after) => {
					afters.push(after);
					const events = afters.length === 1 ? [{ messageId: "m2" }, { messageId: "m1" }] : [];
					return { events: events as never, cursor: `c${afters.length}` }; // it passes on whatever it is given
				},
			};
			const leave = new AbortController();
			const headers = { ...bearer, accept: "text/event-stream", "last-event-id": "c0" };
			const response = await fetch(`${url}/v1/events`, { headers, signal: leave.signal });
			expect(response.headers.get("content-type")).toBe("text/event-stream");
			const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
			let text = "";
			while (!text.includes("m2")) text += (await reader?.read())?.value ?? "";
			expect(text).toContain('data: {"messageId":"m1"}\n\nid: c1\ndata: {"messageId":"m2"}\n\n');
			await vi.waitFor(() => expect(afters.slice(0, 2)).toEqual(["c0", "c1"]));
			leave.abort();
			const asks = afters.length;
			await new Promise((later) => setTimeout(later, 600));
			expect(afters.length).toBeLessThanOrEqual(asks + 1); // nobody listens any more
		});
	});

	it("keeps the last 100 deliveries to a sink, newest first", async () => {
		for (let n = 0; n < 101; n++) {
			const response = await fetch(`${url}/_sink/crm`, { method: "POST", body: JSON.stringify({ n }) });
			expect(response.status).toBe(204);
		}
		const { deliveries } = (await (await fetch(`${url}/_sink/crm`, { headers: bearer })).json()) as {
			deliveries: { body: unknown }[];
		};
		expect(deliveries).toHaveLength(100);
		expect(deliveries[0]?.body).toEqual({ n: 100 });
		expect(deliveries.at(-1)?.body).toEqual({ n: 1 });
	});
});
