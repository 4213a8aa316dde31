import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { generateShop } from "#demo/shop.ts";
import { applyFolder } from "#local/apply-folder.ts";
import { tokenHolders } from "#local/bearer.ts";
import { openDataFolder } from "#local/data-folder.ts";
import { startFlow } from "#local/flow.ts";
import { requestListener } from "#local/request-listener.ts";
import { openStores, type Stores } from "#local/stores.ts";
import { personalDataFinder } from "#test/support/find-personal-data.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { type LogLine, recordingLog } from "../functions/shared/recording-log.ts";

const shop = generateShop({ seed: 4, customers: 60, days: 20, now: new Date() });
const finder = personalDataFinder(shop.people, ["sk_demo_server", "wk_demo_web", "Correct-horse-battery"]);
const ada = shop.people.find(({ registers }) => registers) ?? nobody();

function nobody(): never {
	throw new Error("the shop has nobody with an account");
}

/** What a port does when the weather is bad: it throws, and says in the error all that it was given. */
class Weather extends Error {
	constructor(args: readonly unknown[]) {
		super(`could not do it with ${JSON.stringify(args, (_, value) => (value instanceof Map ? [...value] : value))}`);
		this.name = "Weather";
	}
}

/** Ports that throw now and then while the weather is bad. Reading alone never does: who asks gets an answer. */
function inBadWeather(stores: Stores, isBad: () => boolean): Stores {
	const stormy = <T extends object>(port: T): T => {
		let calls = 0; // of each port its own, so that each fails
		return new Proxy(port, {
			get(target, name) {
				const method: unknown = Reflect.get(target, name);
				if (typeof method !== "function" || name === "pages") return method; // pages are not awaited
				return (...args: unknown[]) => {
					calls++;
					if (isBad() && calls % 3 === 0) return Promise.reject(new Weather(args));
					return method.apply(target, args);
				};
			},
		});
	};
	const { archive, identityArchive, bus, quarantine, fragments, memberships, deliveryLog, sql } = stores;
	return {
		...stores,
		archive: stormy(archive),
		identityArchive: stormy(identityArchive),
		bus: stormy(bus),
		quarantine: stormy(quarantine),
		fragments: stormy(fragments),
		memberships: stormy(memberships),
		deliveryLog: stormy(deliveryLog),
		sql: stormy(sql),
	};
}

async function listening(server: Server): Promise<string> {
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A whole Tutti whose ports can be made to fail, with a vendor that refuses everything and says back what it was sent. */
async function openWorld() {
	const { folder, remove } = temporaryFolder();
	const now = () => new Date();
	const log = recordingLog();
	const weather = { isBad: false };
	const vendor = createServer((request, response) => request.pipe(response.writeHead(400)));
	const vendorUrl = await listening(vendor);
	const env = {
		TUTTI_SECRET_CRM_WEBHOOK_URL: vendorUrl,
		TUTTI_SECRET_CRM_WEBHOOK_SECRET: `whsec_${btoa("k".repeat(32))}`,
	};
	const stores = await openStores({ folder: openDataFolder(folder), env, ownUrl: () => "", now });
	await applyFolder("workspace", stores);
	const failing = inBadWeather(stores, () => weather.isBad);
	const flow = startFlow({ stores: failing, administrators: tokenHolders("token"), now, log });
	const server = createServer(requestListener({ ...flow, adminToken: "token", now, log }));
	const url = await listening(server);
	const close = async () => {
		weather.isBad = false;
		for (const each of [server, vendor]) {
			each.closeAllConnections();
			await new Promise((closed) => each.close(closed));
		}
		await flow.stop();
		await stores.close();
		await remove();
	};
	return { flow, url, log, weather, close };
}

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
	world = await openWorld();
	await sendShop("sk_demo_server");
	await world.flow.idle();
	await doWrong();
	world.weather.isBad = true;
	await sendShop("sk_demo_server");
	await askForPeople();
	await new Promise((some) => setTimeout(some, 3000));
	world.weather.isBad = false;
	await askForPeople();
	await world.flow.idle();
	return () => world.close();
});

const post = (path: string, body: string, key = "sk_demo_server", headers: Record<string, string> = {}) =>
	fetch(world.url + path, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${key}:`)}`, ...headers },
		body,
	});

async function sendShop(key: string): Promise<void> {
	const messages = shop.events.map(({ message }) => message);
	for (let at = 0; at < messages.length; at += 50) {
		const answer = await post("/v1/batch", JSON.stringify({ batch: messages.slice(at, at + 50) }), key);
		await answer.arrayBuffer();
	}
}

/** What senders do wrong, each time with a person in it. */
async function doWrong(): Promise<void> {
	const who = {
		userId: ada.userId,
		traits: { email: ada.email, phone: ada.phone, name: `${ada.firstName} ${ada.lastName}` },
	};
	const text = JSON.stringify(who);
	await post("/v1/identify", text.slice(0, -3));
	await post("/v1/identify", text, "sk_wrong_key");
	await post("/v1/identify", JSON.stringify({ ...who, timestamp: ada.email }));
	await post("/v1/identify", JSON.stringify({ ...who, messageId: ada.email }));
	await post("/v1/track", JSON.stringify({ ...who, event: { name: ada.email } }));
	await post(
		"/v1/batch",
		JSON.stringify({
			batch: [
				{ ...who, type: ada.lastName },
				{ traits: who.traits, type: "identify" },
			],
		}),
		undefined,
		{ "x-strict-mode": "1" },
	);
	await post("/v1/track", JSON.stringify({ event: `Call ${ada.phone}`, anonymousId: "", messageId: ada.phone }));
	await post("/v1/identify", JSON.stringify({ ...who, filler: ada.email.repeat(3000) }));
	await post(`/v1/${ada.email}`, text);
	await post("/v1/identify", text, "wk_demo_web", { origin: `https://${ada.lastName}.example` });
	await post(
		"/v1/track",
		JSON.stringify({ userId: ada.userId, event: "Order Completed", properties: { order_id: 7, total: ada.email } }),
	);
	await post(
		"/v1/track",
		JSON.stringify({ userId: "test@test.com", context: { traits: { email: ada.email } }, event: "Canary Sent" }),
		"wk_canary_8f3b6c1d",
	);
	await post(
		"/v1/track",
		JSON.stringify({ anonymousId: ada.browsers[0], event: `Not planned by ${ada.email}` }),
		"wk_canary_8f3b6c1d",
	);
}

async function askForPeople(): Promise<void> {
	const authorization = "Bearer token";
	const ask = (path: string, init: RequestInit = {}) =>
		fetch(world.url + path, { ...init, headers: { authorization, "content-type": "application/json" } }).then(
			(answer) => answer.arrayBuffer(),
		);
	for (const path of [
		`profiles/email:${ada.email}`,
		`profiles/user_id:${ada.userId}/identity`,
		`profiles/${ada.email}`,
		`trace/${ada.email}`,
		`accounts/${ada.email}`,
	]) {
		await ask(`/v1/${path}`);
		await fetch(`${world.url}/v1/${path}`, { headers: { authorization: `Bearer ${ada.email}` } });
	}
	for (const sql of [
		`SELECT '${ada.email}' FROM nowhere`,
		`SELECT * FROM events WHERE user_id = '${ada.userId}'`,
		`'${ada.email}`,
	]) {
		await ask("/v1/query", { method: "POST", body: JSON.stringify({ sql }) });
	}
	await ask(`/v1/definitions/segment/${ada.lastName.toLowerCase()}`, {
		method: "PUT",
		body: JSON.stringify({ id: ada.email, when: ada.email }),
	});
	await ask("/v1/identity/deny", {
		method: "POST",
		body: JSON.stringify({ a: `email:${ada.email}`, b: ada.userId, reason: ada.email }),
	});
}

const messagesOf = (lines: readonly LogLine[], level: LogLine["level"]) =>
	new Set(lines.filter((line) => line.level === level).map(({ message }) => message));

describe("the logs and metrics of a run in which everything went wrong that can", () => {
	it("hold the failures that were provoked, of senders, of ports and of destinations", () => {
		const { lines } = world.log;
		expect([...messagesOf(lines, "warn")]).toEqual(
			expect.arrayContaining(["a request was refused", "events were rejected", "a delivery was set aside"]),
		);
		expect([...messagesOf(lines, "error")]).toEqual(
			expect.arrayContaining(["the bus did not take the events of a request", "the admin API failed"]),
		);
		expect(lines.map(({ fields }) => fields.reason)).toContain("http_400");
		expect(messagesOf(lines, "error").size).toBeGreaterThan(5);
		expect(lines.filter(({ fields }) => fields.error === "Weather").length).toBeGreaterThan(20);
	});

	it("hold nothing that a customer of the shop could be known by", () => {
		expect(finder.size).toBeGreaterThan(400);
		const leaks = world.log.lines.flatMap((line) => finder.find(JSON.stringify(line)));
		expect(leaks).toEqual([]);
	});

	it("are searched by something that finds, whatever it is spelled like", () => {
		const spellings = [
			ada.email.toUpperCase(),
			ada.phone,
			ada.phone.replaceAll(" ", ""),
			ada.userId,
			ada.lastName,
			ada.browsers[0],
		];
		for (const text of spellings) expect(finder.find(`an error about ${text}, at once`)).toHaveLength(1);
		expect(finder.find("an error about nobody")).toEqual([]);
	});
});
