import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { moment, readMoment } from "#domain/collect/iso-time.ts";
import { isBlocked } from "#domain/model/blocked-values.ts";
import { normalise } from "#domain/model/normalise.ts";
import { findRoute } from "#functions/collect/receive-events/routes.ts";
import { type Running, runTutti, SERVER_KEY } from "../support/tutti.ts";

let tutti: Running;
const before = Object.getOwnPropertyNames(Object.prototype).sort();
beforeAll(async () => {
	tutti = await runTutti();
});
afterAll(() => tutti.close());

const admin = () => ({ authorization: `Bearer ${tutti.adminToken}` });
const send = (path: string, body: string, headers: Record<string, string> = {}, method = "POST") =>
	fetch(`${tutti.url}${path}`, { method, body, headers: { "content-type": "application/json", ...headers } });
const collect = (body: string, type = "application/json") =>
	send(`/v1/batch?writeKey=${SERVER_KEY}`, body, { "content-type": type });

/** The server runs in this process, so what it did to every object would be seen here. */
function nothingIsPolluted(): void {
	expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	expect([].concat).toBe(Array.prototype.concat);
}

/** Ways to write a key that objects inherit, as JSON. */
const SMUGGLED = [
	'{"__proto__":{"polluted":1}}',
	'{"\\u005f_proto__":{"polluted":1}}',
	'{"\\u005F\\u005Fproto\\u005F\\u005F":{"polluted":1}}',
	'{"constructor":{"prototype":{"polluted":1}}}',
	'{"constructor":{"\\u0070rototype":{"polluted":1}}}',
	'{"a":[{"b":{"__proto__":{"polluted":1}}}]}',
	'{"__proto__":null}',
	'{"prototype":{"polluted":1},"__defineGetter__":1,"hasOwnProperty":1,"toString":null}',
];
const FIELDS = ["properties", "traits", "context", "integrations", "somewhere"] as const;
const isForbidden = (json: string) => !json.startsWith('{"prototype"');

describe("a key that every object inherits", () => {
	const cases = SMUGGLED.flatMap((json) => FIELDS.map((field) => ({ json, field })));

	it.each(cases)("$json in $field stays outside, whatever brings it", async ({ json, field }) => {
		const event = `{"type":"identify","userId":"ada","${field}":${json}}`;
		const bodies = [
			[`{"batch":[${event}]}`, "application/json"],
			[`{"batch":[${event}]}`, "text/plain"],
			[`{"batch":[${event}]}`, "application/x-www-form-urlencoded"],
		] as const;
		for (const [body, type] of bodies) {
			const answer = (await (await collect(body, type)).json()) as { accepted: number; rejected: { code: string }[] };
			if (isForbidden(json)) expect(answer).toMatchObject({ accepted: 0, rejected: [{ code: "forbidden_key" }] });
			else expect(answer.accepted).toBe(1);
		}
		const pixel = `/v1/pixel/identify?writeKey=${SERVER_KEY}&data=${encodeURIComponent(btoa(event))}`;
		expect((await fetch(tutti.url + pixel)).status).toBe(isForbidden(json) ? 422 : 200);
		nothingIsPolluted();
	});

	it.each(SMUGGLED)("%s as the body itself, and shared by a batch, pollutes nothing", async (json) => {
		const shared = `{"context":${json},"integrations":${json},"batch":[{"type":"identify","userId":"ada"}]}`;
		for (const body of [json, `[${json}]`, shared, `{"batch":${json}}`]) {
			expect((await collect(body)).status).toBeLessThan(500);
		}
		await tutti.idle();
		nothingIsPolluted();
	});

	it.each(SMUGGLED)("%s is in no definition", async (json) => {
		const segment = (when: string) => `{"id":"s","name":"S","when":${when}}`;
		const bodies = [
			json,
			segment(json),
			`${segment('{"trait":"a","is":{"op":"eq","value":1}}').slice(0, -1)},${json.slice(1)}`,
		];
		for (const body of bodies) {
			const put = await send("/v1/definitions/segment/s", body, admin(), "PUT");
			expect([400, 422]).toContain(put.status);
			const definitions = `{"definitions":[{"kind":"segment","definition":${body}},${json}]}`;
			expect([400, 422]).toContain((await send("/v1/definitions/apply", definitions, admin())).status);
			expect([400, 422]).toContain((await send("/v1/segments/preview", body, admin())).status);
		}
		nothingIsPolluted();
	});

	it.each(["__proto__", "constructor", "prototype", "hasOwnProperty"])(
		"%s is the name of nothing that can be asked for",
		async (name) => {
			const paths = [
				...[
					`definitions/${name}/${name}`,
					`definitions/segment/${name}`,
					`segments/${name}`,
					`segments/${name}/members`,
				],
				...[`lists/${name}`, `profiles/${name}:x`, `profiles/user_id:${name}`, `trace/${name}`, `accounts/${name}`],
			];
			for (const path of paths) {
				const { status } = await fetch(`${tutti.url}/v1/${path}`, { headers: admin() });
				expect([200, 400, 404], path).toContain(status);
			}
			expect(
				(await fetch(`${tutti.url}/v1/definitions/${name}/x`, { method: "PUT", headers: admin(), body: "{}" })).status,
			).toBe(404);
			nothingIsPolluted();
		},
	);

	it("is no column of a list", async () => {
		const headers = { ...admin(), "content-type": "text/csv" };
		for (const title of ["__proto__", "constructor", "email,__proto__,constructor", "toString"]) {
			expect((await send("/v1/lists/vip", `${title}\na@b.example\n`, headers)).status).toBeLessThan(500);
		}
		nothingIsPolluted();
	});
});

describe("a name that is a path", () => {
	const PATHS = [
		"../../etc/passwd",
		"..%2f..%2fetc%2fpasswd",
		"%2e%2e%2f%2e%2e%2fx",
		"....//x",
		"..\\x",
		"%00",
		"a%00.csv",
		"/etc/passwd",
		"~",
		"CON",
	];

	it.each(PATHS)("%s names no list, no definition, no sink and no destination's file", async (path) => {
		const headers = { ...admin(), "content-type": "text/csv" };
		for (const [method, at, body] of [
			["POST", `/v1/lists/${path}`, "email\na@b.example\n"],
			["GET", `/v1/lists/${path}`, undefined],
			["PUT", `/v1/definitions/segment/${path}`, "{}"],
			["GET", `/v1/definitions/${path}/x`, undefined],
			["POST", `/_sink/${path}`, "{}"],
		] as const) {
			// undici would tidy the path; a raw sender does not, and nor does this
			const answer = await fetch(`${tutti.url}${at}`, { method, headers, ...(body && { body }) });
			expect([400, 401, 404, 405], `${method} ${at}`).toContain(answer.status);
		}
	});

	it.each(PATHS)("%s is the id of no definition", async (path) => {
		const definition = { id: decodeURIComponent(path), type: "webhook", settings: { url: "https://x.example" } };
		const body = JSON.stringify({ definitions: [{ kind: "destination", definition }] });
		expect([400, 422]).toContain((await send("/v1/definitions/apply", body, admin())).status);
	});
});

describe("text that is made to take for ever", () => {
	const EVIL = [
		...[
			"a".repeat(32_000),
			`${"a".repeat(32_000)}!`,
			"a@".repeat(16_000),
			`${"a.".repeat(16_000)}@`,
			" ".repeat(32_000),
		],
		...[
			"0".repeat(32_000),
			`+${"1-".repeat(16_000)}`,
			`${"2026-".repeat(6_000)}`,
			"%".repeat(32_000),
			"/v1".repeat(10_000),
		],
		...[`${"/v1".repeat(10_000)}/projects/x`, "\u200d".repeat(32_000), `${"ab".repeat(16_000)}c`, "(".repeat(32_000)],
	];
	const ways: Record<string, (text: string) => unknown> = {
		"normalising an address": (text) => normalise(text, "email@v2", { phones: phoneNumbers(), country: "DE" }),
		"normalising a number": (text) => normalise(text, "phone@v1", { phones: phoneNumbers(), country: "DE" }),
		"a blocked pattern of many stars": (text) =>
			isBlocked("email", text, [`${"a*".repeat(100)}b`, `*${"a*".repeat(200)}`, "*".repeat(1000)]),
		"reading a time": (text) => readMoment(text),
		"finding a route": (text) => findRoute(text),
	};

	it.each(Object.entries(ways))("takes no time at %s", (_, work) => {
		work("warm");
		moment(0);
		const started = process.cpuUsage();
		for (const text of EVIL) work(text);
		const { user, system } = process.cpuUsage(started);
		expect((user + system) / 1000 / EVIL.length).toBeLessThan(50);
	});

	it("is matched by no pattern that a person wrote: no code makes a regular expression of anything but its own text", () => {
		const sources = import.meta.glob([
			"/domain/**/*.ts",
			"/functions/**/*.ts",
			"/adapters/**/*.ts",
			"/contracts/**/*.ts",
			"/local/**/*.ts",
		]);
		const makers = Object.keys(sources).filter((file) => /\bRegExp\(/.test(readFileSync(`.${file}`, "utf8")));
		expect(Object.keys(sources).length).toBeGreaterThan(200);
		// of paths and of a length, which stand in the code
		expect(makers).toEqual([
			"/functions/admin/serve-admin-api/route.ts",
			"/functions/watch/send-canary/canary-profile.ts",
		]);
	});
});
