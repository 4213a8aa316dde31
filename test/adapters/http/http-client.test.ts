import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientFetch, NoAnswer } from "#adapters/http/client-fetch.ts";
import { DEFAULT_LIMITS, type HttpRequest, httpClient } from "#adapters/http/http-client.ts";
import { type LocalServer, localServer, status } from "./local-server.ts";

let server: LocalServer;
beforeEach(async () => {
	server = await localServer();
	return () => server.close();
});

const here = { loopback: true };
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
	method: "GET",
	url,
	headers: {},
	...more,
});

describe("httpClient", () => {
	it("sends the exact bytes and gives the answer with its headers in lower case", async () => {
		server.answers(status(202, "thanks", { "X-Request-Id": "r1", "Retry-After": "7" }));
		const body = new TextEncoder().encode('{"name":"Zoë 😀"}');
		const outcome = await httpClient(here).send({
			method: "POST",
			url: `${server.url}/in?a=1`,
			headers: { "content-type": "application/json" },
			body,
		});

		expect(outcome).toMatchObject({
			kind: "answered",
			status: 202,
			headers: { "x-request-id": "r1", "retry-after": "7" },
			body: Buffer.from("thanks"),
		});
		const [received] = server.received;
		expect(received).toMatchObject({ method: "POST", path: "/in?a=1" });
		expect(received?.headers).toMatchObject({ "content-type": "application/json", "content-length": `${body.length}` });
		expect(received?.body).toEqual(Buffer.from(body));
	});

	it("follows no redirect", async () => {
		server.answers((response, { url }) =>
			url === "/" ? response.writeHead(302, { location: "/secret" }).end() : response.end("secret"),
		);
		expect(await httpClient(here).send(get(server.url))).toMatchObject({ kind: "answered", status: 302 });
		expect(server.received.map(({ path }) => path)).toEqual(["/"]);
	});

	it("reads no more of a huge answer than the limit", async () => {
		let written = 0;
		server.answers((response) => {
			const chunk = Buffer.alloc(64 * 1024, "x");
			const more = (): void => {
				while (!response.destroyed && written < 100_000_000) {
					written += chunk.length;
					if (!response.write(chunk)) {
						response.once("drain", more);
						return;
					}
				}
			};
			more();
		});
		const outcome = await httpClient(here, { ...DEFAULT_LIMITS, bodyBytes: 1000 }).send(get(server.url));

		expect(outcome).toMatchObject({ kind: "answered", status: 200, body: Buffer.alloc(1000, "x") });
		expect(written).toBeLessThan(20_000_000);
	});

	it.each([
		{ when: "nothing is answered at all", answer: () => undefined },
		{
			when: "the answer begins and never ends",
			answer: (response: ServerResponse) => void response.writeHead(200).write("a"),
		},
	])("gives up when the time is over and $when", async ({ answer }) => {
		server.answers(answer);
		const started = Date.now();
		const outcome = await httpClient(here, { ...DEFAULT_LIMITS, totalMs: 150 }).send(get(server.url));
		expect(outcome).toEqual({ kind: "failed", reason: "timeout" });
		expect(Date.now() - started).toBeLessThan(2000);
	});

	it("gives up when the caller's signal says so", async () => {
		server.answers(() => undefined);
		const outcome = await httpClient(here).send(get(server.url, { signal: AbortSignal.timeout(50) }));
		expect(outcome).toEqual({ kind: "failed", reason: "timeout" });
	});

	it("gives up when no connection stands in time", async () => {
		const sockets: Socket[] = [];
		const silent = createTcpServer((socket) => sockets.push(socket)); // accepts, and never speaks TLS
		await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
		const { port } = silent.address() as AddressInfo;
		const client = httpClient(here, { ...DEFAULT_LIMITS, connectMs: 100, totalMs: 10_000 });
		expect(await client.send(get(`https://127.0.0.1:${port}`))).toEqual({ kind: "failed", reason: "timeout" });
		for (const socket of sockets) socket.destroy();
		await new Promise((resolve) => silent.close(resolve));
	});

	it("says that the answer broke when the server closes in the middle of it", async () => {
		server.answers((response) => {
			response.writeHead(200, { "content-length": "100" }).write("only this");
			setTimeout(() => response.socket?.destroy(), 20);
		});
		expect(await httpClient(here).send(get(server.url))).toEqual({ kind: "failed", reason: "answer_broken" });
	});

	it("says that the connection failed when nobody listens, or the server hangs up before it answers", async () => {
		server.answers((response) => response.socket?.destroy());
		expect(await httpClient(here).send(get(server.url))).toEqual({ kind: "failed", reason: "connection_failed" });
		await server.close();
		expect(await httpClient(here).send(get(server.url))).toEqual({ kind: "failed", reason: "connection_failed" });
	});

	it("keeps a connection, and takes a new one when the server has closed it meanwhile", async () => {
		const client = httpClient(here);
		server.answers(status(200, "ok"));
		await client.send(get(server.url));
		await client.send(get(server.url));
		expect(server.connections()).toBe(1);
		server.answers((response, { socket }) => {
			if (server.connections() === 1) socket.resetAndDestroy();
			else response.end("ok");
		});
		expect(await client.send(get(server.url))).toMatchObject({ kind: "answered", status: 200 });
		expect(server.connections()).toBe(2);
	});

	it.each(["not a url", "file:///etc/passwd", "ftp://example.com/"])("refuses %s", async (url) => {
		expect(await httpClient(here).send(get(url))).toEqual({ kind: "failed", reason: "invalid_request" });
	});

	it("refuses a header that cannot be written instead of throwing", async () => {
		const outcome = await httpClient(here).send(get(server.url, { headers: { authorization: "Bearer k\n" } }));
		expect(outcome).toEqual({ kind: "failed", reason: "invalid_request" });
	});

	it.each([
		"http://169.254.169.254/latest/meta-data/",
		"http://[fd00:ec2::254]/latest/meta-data/",
		"http://[::ffff:169.254.169.254]/",
		"http://[fe80::1]/",
		"http://0.0.0.0/",
	])("never connects to %s, whatever is allowed", async (url) => {
		const client = httpClient({ loopback: true, privateNetworks: true });
		expect(await client.send(get(url))).toEqual({ kind: "failed", reason: "address_refused" });
	});

	it.each(["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "localhost"])(
		"does not reach this machine as %s unless that is allowed",
		async (host) => {
			expect(await httpClient({}).send(get(`http://${host}:${server.port}/`))).toEqual({
				kind: "failed",
				reason: "address_refused",
			});
			expect(server.received).toEqual([]);
		},
	);

	it.each(["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.100.100.200", "[fd12::1]"])(
		"does not reach the private address %s unless that is allowed",
		async (host) => {
			const limits = { ...DEFAULT_LIMITS, connectMs: 50 };
			const refused = { kind: "failed", reason: "address_refused" };
			expect(await httpClient(here, limits).send(get(`http://${host}:1/`))).toEqual(refused);
			expect(await httpClient({ privateNetworks: true }, limits).send(get(`http://${host}:1/`))).not.toEqual(refused);
		},
	);

	it("reaches this machine by name when that is allowed", async () => {
		server.answers(status(200));
		expect(await httpClient(here).send(get(`http://localhost:${server.port}/`))).toMatchObject({ status: 200 });
	});
});

describe("clientFetch", () => {
	afterEach(() => server.answers(status(200)));

	it("is fetch: method, headers, body out; status, headers, body in", async () => {
		server.answers(status(429, '{"wait":true}', { "content-type": "application/json", "retry-after": "3" }));
		const response = await clientFetch(httpClient(here))(`${server.url}/x`, {
			method: "PUT",
			headers: { authorization: "Bearer k" },
			body: "hello",
		});
		expect(response.status).toBe(429);
		expect(response.headers.get("retry-after")).toBe("3");
		expect(await response.json()).toEqual({ wait: true });
		expect(server.received[0]).toMatchObject({ method: "PUT", path: "/x", body: Buffer.from("hello") });
		expect(server.received[0]?.headers.authorization).toBe("Bearer k");
	});

	it("takes answers without a body, and statuses that no standard knows", async () => {
		const fetchHere = clientFetch(httpClient(here));
		server.answers(status(204));
		expect((await fetchHere(server.url)).status).toBe(204);
		server.answers(status(999));
		expect((await fetchHere(server.url)).status).toBe(599);
	});

	it("throws the reason when there is no answer", async () => {
		const refused = clientFetch(httpClient({}))("http://169.254.169.254/");
		await expect(refused).rejects.toThrow(NoAnswer);
		await expect(refused).rejects.toMatchObject({ code: "address_refused" });
	});
});
