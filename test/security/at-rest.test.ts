import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateShop } from "#demo/shop.ts";
import { startTutti } from "#local/server.ts";
import { SERVER_KEY } from "../support/tutti.ts";

type Row = { readonly pk: string; readonly sk: string; readonly attributes: string };

let rows: readonly Row[];
let log: string;
/** What says who somebody is: each with the kind it is of. */
const personal = new Map<string, string>();

/** Remembers every identifier and name of a message. */
function remember(value: unknown, key = ""): void {
	if (typeof value === "string" && value.length >= 5) {
		if (/^(email|phone|userId|user_id|anonymousId|groupId|deviceId|lastName|name)$/i.test(key))
			personal.set(value, key);
	} else if (typeof value === "object" && value !== null) {
		for (const [name, child] of Object.entries(value)) remember(child, name);
	}
}

beforeAll(async () => {
	const dataFolder = mkdtempSync(join(tmpdir(), "tutti-at-rest-"));
	const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace" });
	const { events, people } = generateShop({ customers: 60, days: 30, now: new Date() });
	for (const { message } of events) {
		const { userId, anonymousId } = message as { userId?: string; anonymousId?: string };
		remember({ userId, anonymousId });
	}
	for (const person of people) remember(person);
	for (let at = 0; at < events.length; at += 400) {
		const batch = events.slice(at, at + 400).map(({ message }) => message);
		await fetch(`${tutti.url}/v1/import?writeKey=${SERVER_KEY}`, { method: "POST", body: JSON.stringify({ batch }) });
	}
	await tutti.idle();
	await tutti.close();
	const database = new DatabaseSync(join(dataFolder, "tutti.db"), { readOnly: true });
	rows = database.prepare("SELECT pk, sk, attributes FROM items").all() as unknown as Row[];
	database.close();
	log = readFileSync(join(dataFolder, "tutti.log"), "utf8");
	rmSync(dataFolder, { recursive: true, force: true });
}, 180_000);
afterAll(() => personal.clear());

const kindOf = ({ pk, sk }: Row): string =>
	`${pk.split("#")[0]} ${sk.split("#")[0]?.replace(/^[0-9a-f]{8}-.*/, "<id>")}`;
const holdsIn = (text: string): string[] =>
	[...personal].filter(([value]) => text.includes(value)).map(([, kind]) => kind);

describe("the whole table after the demo shop", () => {
	it("is about people, so that this looks for something", () => {
		expect(personal.size).toBeGreaterThan(100);
		expect(rows.length).toBeGreaterThan(300);
		expect(rows.some(({ pk }) => pk.startsWith("N#"))).toBe(true);
	});

	it("names nobody in any key", () => {
		expect(rows.filter(({ pk, sk }) => holdsIn(`${pk} ${sk}`).length > 0).map(kindOf)).toEqual([]);
	});

	it("keeps no identifier in clear where identity is kept", () => {
		const identity = rows.filter(({ pk }) => /^(N|C|A|IDX|BLK)#?/.test(pk));
		expect(identity.length).toBeGreaterThan(100);
		expect(identity.filter(({ attributes }) => holdsIn(attributes).length > 0).map(kindOf)).toEqual([]);
	});

	it("keeps in clear what people said of themselves (traits), what waits to be told, and nothing else", () => {
		const clear = new Set(
			rows.filter(({ attributes }) => holdsIn(attributes).length > 0).map(({ pk }) => pk.split("#")[0]),
		);
		expect(
			[...clear].filter(
				(kind) => kind !== "F" && kind !== "OUT" && kind !== "QUA" && kind !== "DLV" && kind !== "DLVS",
			),
		).toEqual([]);
		expect(clear.has("F")).toBe(true);
	});

	it("is told in the log without a word about anybody", () => {
		expect(log.length).toBeGreaterThan(0);
		expect(holdsIn(log)).toEqual([]);
	});
});
