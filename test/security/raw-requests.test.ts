import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVER_LIMITS } from "#local/server.ts";
import { type Running, runTutti, SERVER_KEY } from "../support/tutti.ts";
import { sendRaw } from "./raw-http.ts";

let tutti: Running;
beforeAll(async () => {
	tutti = await runTutti();
});
afterAll(() => tutti.close());

const BASIC = `Authorization: Basic ${Buffer.from(`${SERVER_KEY}:`).toString("base64")}`;
const EVENT = '{"userId":"smuggler","event":"Smuggled"}';
const SMUGGLED = `POST /v1/track HTTP/1.1\r\nHost: x\r\n${BASIC}\r\nContent-Type: application/json\r\nContent-Length: ${EVENT.length}\r\n\r\n${EVENT}`;
const post = (headers: readonly string[], body: string, path = "/v1/track") =>
	[`POST ${path} HTTP/1.1`, "Host: x", BASIC, "Content-Type: application/json", ...headers, "", body].join("\r\n");
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Nothing of what was hidden in another request is anywhere. */
async function nothingSmuggled(): Promise<void> {
	await tutti.idle();
	expect(await tutti.query("SELECT count(*) AS n FROM events WHERE event = 'Smuggled'")).toEqual([{ n: 0 }]);
}

describe("a request whose end two readers would see in two places", () => {
	it.each([
		{
			what: "both Content-Length and Transfer-Encoding",
			sent: post(["Content-Length: 5", "Transfer-Encoding: chunked"], `0\r\n\r\n${SMUGGLED}`),
		},
		{
			what: "Transfer-Encoding before Content-Length",
			sent: post(["Transfer-Encoding: chunked", "Content-Length: 5"], `0\r\n\r\n${SMUGGLED}`),
		},
		{
			what: "two lengths that differ",
			sent: post(["Content-Length: 2", `Content-Length: ${SMUGGLED.length + 2}`], `{}${SMUGGLED}`),
		},
		{ what: "a list of lengths", sent: post(["Content-Length: 2, 200"], `{}${SMUGGLED}`) },
		{ what: "a negative length", sent: post(["Content-Length: -1"], SMUGGLED) },
		{ what: "a length with a plus", sent: post(["Content-Length: +2"], `{}${SMUGGLED}`) },
		{ what: "a length in hexadecimal", sent: post(["Content-Length: 0x2"], `{}${SMUGGLED}`) },
		{ what: "a length beyond all numbers", sent: post(["Content-Length: 99999999999999999999"], `{}${SMUGGLED}`) },
		{ what: "an encoding nobody knows", sent: post(["Transfer-Encoding: xchunked"], `0\r\n\r\n${SMUGGLED}`) },
		{ what: "chunked twice", sent: post(["Transfer-Encoding: chunked, chunked"], `0\r\n\r\n${SMUGGLED}`) },
		{ what: "chunked that is not last", sent: post(["Transfer-Encoding: chunked, identity"], `0\r\n\r\n${SMUGGLED}`) },
		{ what: "a header's name with a blank", sent: post(["Transfer-Encoding : chunked"], `0\r\n\r\n${SMUGGLED}`) },
		{ what: "a folded header", sent: post(["Transfer-Encoding:", " chunked"], `0\r\n\r\n${SMUGGLED}`) },
		{
			what: "a chunk's size that is no number",
			sent: post(["Transfer-Encoding: chunked"], `zz\r\n{}\r\n0\r\n\r\n${SMUGGLED}`),
		},
		{
			what: "a chunk's size with a minus",
			sent: post(["Transfer-Encoding: chunked"], `-2\r\n{}\r\n0\r\n\r\n${SMUGGLED}`),
		},
		{
			what: "a chunk's size beyond all numbers",
			sent: post(["Transfer-Encoding: chunked"], `fffffffffffffffff\r\n{}\r\n${SMUGGLED}`),
		},
		{
			what: "a chunk longer than its size",
			sent: post(["Transfer-Encoding: chunked"], `1\r\n{}\r\n0\r\n\r\n${SMUGGLED}`),
		},
		{ what: "a lone line feed in a chunk", sent: post(["Transfer-Encoding: chunked"], `2\n{}\n0\n\n${SMUGGLED}`) },
		{ what: "a NUL in a header", sent: post(["X-Odd: a\0b", "Content-Length: 2"], `{}${SMUGGLED}`) },
		{
			what: "a carriage return alone in a header",
			sent: post(["X-Odd: a\rTransfer-Encoding: chunked", "Content-Length: 2"], `{}${SMUGGLED}`),
		},
		{ what: "no HTTP at all", sent: `\x16\x03\x01\x02\0\x01${SMUGGLED}` },
	])("is refused as a whole: $what", async ({ sent }) => {
		const { statuses } = await sendRaw(tutti.port, sent);
		expect(statuses).toEqual([400]);
		await nothingSmuggled();
	});

	it("is one request where it is right, in chunks too", async () => {
		const body = '{"userId":"honest","event":"Came in chunks"}';
		const inChunks = `${chunk(body.slice(0, 7))}${chunk(body.slice(7))}0\r\n\r\n`;
		expect(
			(await sendRaw(tutti.port, post(["Transfer-Encoding: chunked", "Connection: close"], inChunks))).statuses,
		).toEqual([200]);
	});
});

describe("a request that is too much", () => {
	it.each([
		{ what: "one header of 64 KB", headers: [`X-Bomb: ${"x".repeat(65_536)}`] },
		{ what: "five thousand headers", headers: Array.from({ length: 5000 }, (_, n) => `X-${n}: ${n}`) },
		{ what: "a cookie of 20 KB", headers: [`Cookie: ${"a=b; ".repeat(4096)}`] },
	])("is answered 431: $what", async ({ headers }) => {
		expect((await sendRaw(tutti.port, post([...headers, "Content-Length: 2"], "{}"))).statuses).toEqual([431]);
	});

	it("is answered 431 for a path of 64 KB", async () => {
		expect(
			(await sendRaw(tutti.port, post(["Content-Length: 2"], "{}", `/v1/${"x".repeat(65_536)}`))).statuses,
		).toEqual([431]);
	});

	it("is answered 413 when it says 10 GB, before anything of that came", async () => {
		const { statuses, milliseconds } = await sendRaw(tutti.port, post(["Content-Length: 10000000000"], "{"), 3000);
		expect(statuses).toEqual([413]);
		expect(milliseconds).toBeLessThan(10_000);
	});

	it.each(["gzip", "deflate", "x-gzip"])(
		"is answered 413 when a kilobyte of %s is a gigabyte unpacked",
		async (encoding) => {
			const bomb = gzipSync(Buffer.alloc(50_000_000));
			const before = process.memoryUsage.rss();
			const answer = await fetch(`${tutti.url}/v1/track`, {
				method: "POST",
				headers: { authorization: BASIC.slice("Authorization: ".length), "content-encoding": encoding },
				body: encoding === "deflate" ? bomb.subarray(10) : bomb,
			});
			expect([413, 400]).toContain(answer.status);
			expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(100);
		},
	);

	it("unpacks nothing for somebody unknown", async () => {
		const answer = await fetch(`${tutti.url}/v1/track?writeKey=wrong`, {
			method: "POST",
			headers: { "content-encoding": "gzip" },
			body: "not gzip at all",
		});
		expect(answer.status).toBe(401);
	});

	it("is hung up on when its headers do not come to an end", async () => {
		const never = await sendRaw(tutti.port, "POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Slow: ", 30_000);
		expect(never.statuses).toEqual([408]);
		expect(never.milliseconds).toBeLessThan(25_000);
		// a body may take longer, but not for ever
		expect(SERVER_LIMITS.requestTimeout).toBeLessThanOrEqual(60_000);
	});
});
