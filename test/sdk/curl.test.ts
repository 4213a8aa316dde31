import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, runTutti, SERVER_KEY, WEB_KEY } from "#test/support/tutti.ts";

const run = promisify(execFile);
let tutti: Running;
beforeAll(async () => {
	tutti = await runTutti();
});
afterAll(() => tutti.close());

describe("curl", () => {
	it("sends an event with a secret key and reads what became of it", async () => {
		const body = JSON.stringify({ userId: "curl-1", event: "Order Completed", properties: { total: 3 } });
		const json = "content-type: application/json";
		const { stdout } = await run("curl", [
			"-s",
			"-u",
			`${SERVER_KEY}:`,
			"-H",
			json,
			"-d",
			body,
			`${tutti.url}/v1/track`,
		]);
		expect(JSON.parse(stdout)).toEqual({ success: true, accepted: 1, rejected: [] });
		await tutti.idle();
		expect(await tutti.query("select event, source from events where user_id = 'curl-1'")).toEqual([
			{ event: "Order Completed", source: "server" },
		]);
	});

	it("is told what is wrong, item by item", async () => {
		const body = JSON.stringify({
			batch: [
				{ type: "track", userId: "curl-2", event: "Seen" },
				{ type: "track", event: "Seen" },
			],
		});
		const { stdout } = await run("curl", ["-s", "-u", `${SERVER_KEY}:`, "-d", body, `${tutti.url}/v1/batch`]);
		expect(JSON.parse(stdout)).toMatchObject({ success: true, accepted: 1, rejected: [{ index: 1 }] });
	});
});

describe("the pixel", () => {
	it("answers a 1×1 GIF and keeps the event", async () => {
		const data = Buffer.from(
			JSON.stringify({
				writeKey: WEB_KEY,
				anonymousId: "pixel-1",
				event: "Mail Opened",
				properties: { mail: "welcome" },
			}),
		).toString("base64");
		const answer = await fetch(`${tutti.url}/v1/pixel/track?data=${encodeURIComponent(data)}`);
		expect(answer.headers.get("content-type")).toBe("image/gif");
		const gif = Buffer.from(await answer.arrayBuffer());
		expect(gif.subarray(0, 6).toString("latin1")).toMatch(/^GIF8[79]a$/);
		expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([1, 1]);
		await tutti.idle();
		expect(await tutti.query("select event from events where anonymous_id = 'pixel-1'")).toEqual([
			{ event: "Mail Opened" },
		]);
	});
});
