import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "#test/support/find-chromium.mjs";
import { type Running, runTutti, until, WEB_KEY } from "#test/support/tutti.ts";

/** Each loads an SDK's package as its documentation says, pointed at Tutti. */
const PAGES = ["segment", "segment-batching", "segment-settings", "rudderstack"] as const;
type Page = (typeof PAGES)[number];

let tutti: Running;
let browser: Browser;
let shop: Server;
let shopUrl: string;

beforeAll(async () => {
	tutti = await runTutti();
	shop = createServer(async (request, response) => {
		const page = PAGES.find((name) => request.url === `/${name}`);
		if (!page) return response.writeHead(204).end(); // the browser asks for an icon
		const script = await bundle(page);
		return response.writeHead(200, { "content-type": "text/html" }).end(`<script type="module">${script}</script>`);
	});
	await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
	shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
	browser = await chromium.launch({
		executablePath: findChromium() ?? "chromium",
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--no-first-run",
		],
	});
});
afterAll(async () => {
	await browser.close();
	await new Promise((closed) => shop.close(closed));
	await tutti.close();
});

async function bundle(page: Page): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [`test/browser/pages/${page}.ts`],
		bundle: true,
		write: false,
		format: "esm",
		minify: true,
		define: {
			TUTTI_URL: JSON.stringify(tutti.url),
			TUTTI_KEY: JSON.stringify(WEB_KEY),
			"process.env.NODE_ENV": '"production"',
		},
	});
	return (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
}

/** Opens a page of the shop from its own origin; answers with what the page complained of. */
async function visit(page: Page): Promise<string[]> {
	const tab = await browser.newPage();
	const complaints: string[] = [];
	tab.on("pageerror", (error) => complaints.push(error.message));
	tab.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
	await tab.goto(`${shopUrl}/${page}`);
	await tab.evaluate("window.done");
	return complaints;
}

const eventsOf = (userId: string) =>
	tutti.query(
		`select type, event, source, properties from events where user_id = '${userId}' order by timestamp, type`,
	);

describe("@segment/analytics-next in Chromium, unmodified", () => {
	it("sends page, identify and track from another origin, and the profile is there", async () => {
		expect(await visit("segment")).toEqual([]);
		const rows = await until(
			() => eventsOf("browser-segment"),
			(found) => found.length === 2,
		);
		expect(rows.map(({ type, source }) => [type, source])).toEqual([
			["identify", "web"],
			["track", "web"],
		]);
		expect(
			await tutti.query("select name from events where type = 'page' and source = 'web' and name = 'Home'"),
		).toHaveLength(1);
		await tutti.idle();
		const profile = await tutti.read("/v1/profiles/email:browser@segment.example");
		expect(profile).toMatchObject({
			identifiers: expect.arrayContaining([
				expect.objectContaining({ namespace: "user_id", value: "browser-segment" }),
			]),
		});
	});

	it("sends in batches when told to", async () => {
		expect(await visit("segment-batching")).toEqual([]);
		const rows = await until(
			() => eventsOf("browser-batching"),
			(found) => found.length === 3,
		);
		expect(rows.filter(({ event }) => event === "Order Completed")).toHaveLength(2);
	});

	it("sends to Tutti, not to Segment, with nothing but Tutti's own settings", async () => {
		const tab = await browser.newPage();
		const hosts = new Set<string>();
		tab.on("request", (request) => hosts.add(new URL(request.url()).host));
		await tab.goto(`${shopUrl}/segment-settings`);
		await tab.evaluate("window.done");
		await until(
			() => tutti.query("select event from events where event = 'Settings Obeyed'"),
			(found) => found.length === 1,
		);
		expect([...hosts].sort()).toEqual([new URL(shopUrl).host, new URL(tutti.url).host].sort());
	});
});

describe("@rudderstack/analytics-js in Chromium, unmodified", () => {
	it("loads its source config from Tutti and sends page, identify and track", async () => {
		expect(await visit("rudderstack")).toEqual([]);
		const rows = await until(
			() => eventsOf("browser-rudder"),
			(found) => found.length >= 2,
		);
		expect(rows.map(({ type }) => type).sort()).toEqual(["identify", "track"]);
	});
});
