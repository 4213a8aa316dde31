import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemLists } from "#adapters/items/lists.ts";
import { listAnswer, listsAnswer, uploadAnswer } from "#contracts/http/lists.ts";
import { type BusEntry, BusRefused } from "#domain/model/ports.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { clearVault } from "#test/support/phones.ts";
import { aWorkspace } from "../unify/pass.ts";
import { anAdminApi, NOW } from "./ask.ts";

const segment = (id: string, list: string) => ({ id, version: 1, appliedAt: NOW, when: { all: [{ list }] } });

function open({ publish }: { publish?: (entries: readonly BusEntry[]) => Promise<void> } = {}) {
	const entries: BusEntry[] = [];
	const { ask, log } = anAdminApi({
		lists: itemLists({ items: grantedStore("admin/serve-admin-api", memoryItemStore()), now: () => new Date(NOW) }),
		bus: { publish: publish ?? (async (given) => void entries.push(...given)) },
		definitions: { current: async () => ({ ...aWorkspace(), segments: [segment("a", "vip"), segment("b", "other")] }) },
		vault: clearVault,
		newId: () => "batch-1",
		hash: sha256,
	});
	const upload = (
		csv: string | Uint8Array,
		{ query, type = "text/csv", list = "vip" }: { query?: Record<string, string>; type?: string; list?: string } = {},
	) => {
		const isText = typeof csv === "string";
		const body = isText ? csv : Buffer.from(csv).toString("base64");
		const event = { headers: { "content-type": type }, isBase64Encoded: !isText, body };
		return ask(`POST /v1/lists/${list}`, { event, ...(query && { query }) });
	};
	return { ask, upload, log, entries };
}

describe("POST /v1/lists/{id}", () => {
	it("takes a whole list in one request, and says what it left out", async () => {
		const { upload } = open();
		const { status, body } = await upload("email,Name\r\nada@example.com,Ada\r\nnonsense,Bob\r\n");
		expect([status, uploadAnswer.parse(body)]).toEqual([
			200,
			{
				...{ list: "vip", upload: 1, part: 1, accepted: 1, rows: 1, isInForce: true, ignoredColumns: ["Name"] },
				problems: [
					{ row: 2, line: 3, column: "email", code: "not_an_email", reason: expect.any(String), leftOut: "row" },
				],
				problemCount: 1,
			},
		]);
	});

	it("takes it in parts, whichever part is what bytes", async () => {
		const { upload } = open();
		const first = await upload(Buffer.from("\uFEFFKunde\na@x.y\n"), { query: { as: "email", more: "true" } });
		expect(first.body).toMatchObject({ upload: 1, isInForce: false });
		const last = await upload("Kunde\nb@x.y\n", {
			query: { as: "email", upload: "1", part: "2" },
			type: "text/csv; charset=utf-8",
		});
		expect(last.body).toMatchObject({ upload: 1, part: 2, rows: 2, isInForce: true });
	});

	it("tells the first hundred problems and counts all", async () => {
		const { body } = await open().upload(`email\nada@example.com\n${"nonsense\n".repeat(150)}`);
		expect(body).toMatchObject({ problemCount: 150 });
		expect(body.problems).toHaveLength(100);
	});

	it.each<{ what: string; csv: string; query?: Record<string, string>; status: number; code: string; says: RegExp }>([
		{ what: "nothing", csv: "", status: 400, code: "bad_csv", says: /needs a row of titles/ },
		{ what: "a wrong quote", csv: 'email\n"x"y', status: 400, code: "bad_csv", says: /line 2.*closing quote/ },
		{ what: "an open quote", csv: `email\n"${"a@b.c\n".repeat(20_000)}`, status: 400, code: "bad_csv", says: /line 2/ },
		{ what: "no namespace", csv: "__proto__\nx", status: 400, code: "bad_csv", says: /line 1.*as a namespace/ },
		{ what: "NUL characters", csv: "\0".repeat(1000), status: 400, code: "bad_csv", says: /UTF-8/ },
		{ what: "only bad rows", csv: "email\nu\0@x.y\n", status: 422, code: "empty_list", says: /line 2, email.*UTF-8/ },
		{
			what: "too many rows",
			csv: `email\n${"a@b.c\n".repeat(20_001)}`,
			status: 413,
			code: "too_many_rows",
			says: /20000/,
		},
		{
			what: "a wrong number",
			csv: "email\na@b.c",
			query: { part: "0" },
			status: 400,
			code: "bad_request",
			says: /part/,
		},
		{
			what: "a part of nothing",
			csv: "email\na@b.c",
			query: { part: "2" },
			status: 400,
			code: "bad_request",
			says: /which/,
		},
		{
			what: "an unknown upload",
			csv: "email\na@b.c",
			query: { upload: "9" },
			status: 404,
			code: "not_found",
			says: /begun/,
		},
		{ what: "an unknown word", csv: "email\na@b.c", query: { x: "1" }, status: 400, code: "bad_request", says: /x/ },
	])("refuses $what with $status, and changes nothing", async ({ csv, query, status, code, says }) => {
		const { ask, upload, entries } = open();
		const answer = await upload(csv, query && { query });
		expect(answer).toMatchObject({ status, body: { code } });
		expect(JSON.stringify(answer.body)).toMatch(says);
		expect(entries).toEqual([]);
		const { lists } = listsAnswer.parse((await ask("GET /v1/lists")).body);
		expect(lists.every(({ upload: inForce }) => inForce === null)).toBe(true);
	});

	it.each([{ type: "application/x-www-form-urlencoded" }, { type: "application/json" }, { type: "" }])(
		"answers 415 to the type $type",
		async ({ type }) => {
			expect(await open().upload("email\na@b.c", { type })).toMatchObject({
				status: 415,
				body: { code: "unsupported_media_type", title: "Unsupported Media Type" },
			});
		},
	);

	it("takes 5 MB, no more", async () => {
		const wide = (bytes: number) => `email,note\na@b.c,${"x".repeat(60_000)}\n${"\n".repeat(bytes)}`.slice(0, bytes);
		expect((await open().upload(wide(5 * 1024 * 1024))).status).toBe(200);
		expect(await open().upload(wide(5 * 1024 * 1024 + 1))).toMatchObject({
			status: 413,
			body: { code: "body_too_large" },
		});
	});

	it.each(["VIP", "a_b", "tutti.lists", "x".repeat(65)])("answers 400 to a list called %s", async (list) => {
		expect(await open().upload("email\na@b.c", { list })).toMatchObject({ status: 400, body: { code: "bad_request" } });
	});

	it("says of the title row nothing that could not be shown, and logs nothing of a person", async () => {
		const { upload, log } = open();
		const { body } = await upload(`email,${"y".repeat(10_000)}\nada@example.com\nada@,\n`);
		expect(JSON.stringify(body).length).toBeLessThan(1000);
		expect(JSON.stringify([log.lines, body])).not.toContain("ada");
	});

	it("asks to try again when the bus takes nothing; then the list is what it was", async () => {
		const publish = async () => {
			throw new BusRefused(1, 1, ["ThrottlingException"]);
		};
		const { ask, upload } = open({ publish });
		const answer = await upload("email\nada@example.com");
		expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" }, body: { code: "unavailable" } });
		expect((await ask("GET /v1/lists/vip")).body).toMatchObject({ upload: null, uploads: [{ state: "unfinished" }] });
	});
});

describe("GET /v1/lists", () => {
	it("answers each list with its upload in force and the segments that look at it", async () => {
		const { ask, upload } = open();
		expect(listsAnswer.parse((await ask("GET /v1/lists")).body)).toEqual({ lists: [] });
		await upload("email\na@x.y\nb@x.y");
		await upload("email\na@x.y", { list: "staff", query: { more: "true" } });
		const { lists } = listsAnswer.parse((await ask("GET /v1/lists")).body);
		expect(lists).toEqual([
			{ id: "staff", upload: null, rows: 0, at: null, by: null, segments: [] },
			{ id: "vip", upload: 1, rows: 2, at: NOW, by: "admin-token", segments: ["a"] },
		]);
	});

	it("answers one with its uploads, newest first", async () => {
		const { ask, upload } = open();
		await upload("email\na@x.y");
		await upload("email\na@x.y\nb@x.y");
		await upload("email\na@x.y", { query: { more: "true" } });
		const { body } = await ask("GET /v1/lists/vip");
		expect(listAnswer.parse(body)).toMatchObject({
			...{ id: "vip", upload: 2, rows: 2 },
			uploads: [
				{ upload: 3, state: "unfinished", finishedAt: null, rows: 1 },
				{ upload: 2, state: "in force", finishedAt: NOW, rows: 2, by: "admin-token" },
				{ upload: 1, state: "replaced", rows: 1 },
			],
		});
	});

	it("answers 404 to one that was never uploaded", async () => {
		expect((await open().ask("GET /v1/lists/vip")).status).toBe(404);
	});
});
