import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isReachable } from "#adapters/http/addresses.ts";
import { httpClient } from "#adapters/http/http-client.ts";

const REFUSED = { kind: "failed", reason: "address_refused" };
const get = (url: string) => ({ method: "GET", url, headers: {} });

describe("an address that a webhook names", () => {
	it.each([
		...[
			"127.0.0.1",
			"127.255.255.254",
			"0.0.0.0",
			"0.1.2.3",
			"10.0.0.1",
			"172.16.0.1",
			"172.31.255.255",
			"192.168.0.1",
		],
		...["169.254.169.254", "169.254.170.2", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1"],
		...["255.255.255.255", "192.88.99.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
		...["::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"],
		...["2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"],
	])("that is no public one is not reached from AWS: %s", (address) => {
		expect(isReachable(address, {})).toBe(false);
	});

	it.each(["1.1.1.1", "203.0.113.7", "172.32.0.1", "192.167.255.255", "2606:4700::1111", "::ffff:1.1.1.1"])(
		"that is public is: %s",
		(address) => {
			expect(isReachable(address, {})).toBe(true);
		},
	);

	it("is refused in every way to write it", async () => {
		const ways = [
			"2130706433",
			"0x7f000001",
			"0177.0.0.1",
			"127.1",
			"0",
			"[::ffff:7f00:1]",
			"[0:0:0:0:0:0:0:1]",
			"127.0.0.1.",
			"①②⑦.⓪.⓪.①",
		];
		for (const host of [...ways, "user@127.0.0.1", "1.1.1.1@127.0.0.1", "localhost", "LOCALHOST"]) {
			expect(await httpClient({}).send(get(`http://${host}:1/`)), host).toEqual(REFUSED);
		}
	});

	it("may not be reached by the deployed deliverer, whatever is allowed on one machine", () => {
		expect(readFileSync("functions/activate/deliver/handler.ts", "utf8")).toMatch(/reach: \{\}/);
	});
});

describe("a name that changes its address", () => {
	let server: Server;
	let hits = 0;
	beforeEach(async () => {
		hits = 0;
		server = createServer((_, answer) => {
			hits++;
			answer.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
		});
		await new Promise<void>((listening) => {
			server.listen(0, "127.0.0.1", listening);
		});
	});
	afterEach(() => {
		vi.restoreAllMocks();
		syncBuiltinESMExports();
		server.close();
	});

	/** What the name resolves to, look-up by look-up. */
	function resolving(...answers: readonly string[][]) {
		let asked = 0;
		vi.spyOn(dns, "lookup").mockImplementation(((
			_name: string,
			_options: object,
			done: (...all: unknown[]) => void,
		) => {
			const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
			done(
				null,
				addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
			);
		}) as never);
		syncBuiltinESMExports();
		return () => asked;
	}
	const port = () => (server.address() as AddressInfo).port;

	it("is looked up once a connection, and that answer is what is checked and used", async () => {
		const asked = resolving(["127.0.0.1"], ["1.1.1.1"]);
		expect(await httpClient({}).send(get(`http://rebinding.example:${port()}/`))).toEqual(REFUSED);
		expect(asked()).toBe(1);
		expect(hits).toBe(0);
	});

	it("is not reached at the private one of its addresses", async () => {
		resolving(["127.0.0.1", "::1", "169.254.169.254", "10.0.0.1", "::ffff:127.0.0.1"]);
		expect(await httpClient({}).send(get(`http://many.example:${port()}/`))).toEqual(REFUSED);
		expect(hits).toBe(0);
	});

	it("leads nowhere by a redirect", async () => {
		resolving(["127.0.0.1"]);
		const answer = await httpClient({ loopback: true }).send(get(`http://redirecting.example:${port()}/`));
		expect(answer).toMatchObject({ kind: "answered", status: 302 });
		expect(hits).toBe(1);
	});
});
