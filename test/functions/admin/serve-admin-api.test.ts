import { describe, expect, it } from "vitest";
import { SqlRefused } from "#domain/model/ports.ts";
import { sqlText } from "#functions/admin/serve-admin-api/sql-text.ts";
import { anAdminApi, recordingSql } from "./ask.ts";

describe("the admin API", () => {
	it.each(["GET /", "GET /v1", "GET /v1/segment", "GET /v1/segments/a/b/c", "POST /v1/track", "GET /v1/query/x"])(
		"answers 404 to %s",
		async (line) => {
			expect(await anAdminApi({}).ask(line)).toMatchObject({ status: 404, body: { code: "not_found" } });
		},
	);

	it("answers 405 with what is allowed", async () => {
		const answer = await anAdminApi({}).ask("GET /v1/query");
		expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" }, body: { code: "method_not_allowed" } });
		expect((await anAdminApi({}).ask("PATCH /v1/definitions/segment/a")).headers.allow).toBe("GET, PUT, DELETE");
	});

	it("answers 400 to a query parameter it does not know", async () => {
		const { status, body } = await anAdminApi({}).ask("GET /v1/definitions", { query: { limit: "1" } });
		expect([status, body.code]).toEqual([400, "bad_request"]);
	});

	it("answers 500 without a word of the error, and logs where it was", async () => {
		const { ask, log } = anAdminApi({
			definitions: {
				current: async () => {
					throw new Error("ada@example.com");
				},
			},
		});
		const { status, body } = await ask("GET /v1/segments/gold");
		expect([status, body.code]).toEqual([500, "internal_error"]);
		expect(log.lines).toHaveLength(1);
		expect(JSON.stringify([body, log.lines])).not.toContain("ada");
	});
});

describe("POST /v1/query", () => {
	const asks = (body: unknown) => anAdminApi({ sql: recordingSql([["a", 1]]) }).ask("POST /v1/query", { body });

	it("answers columns, rows and what was read", async () => {
		expect(await asks({ sql: "select 1" })).toMatchObject({
			status: 200,
			body: { columns: [], rows: [["a", 1]], scannedBytes: 0 },
		});
	});

	it.each<{ body: unknown; code: string; path?: string }>([
		{ body: "not json", code: "body_not_json" },
		{ body: {}, code: "bad_request", path: "" },
		{ body: { sql: "" }, code: "bad_request", path: "sql" },
		{ body: { sql: 1 }, code: "bad_request", path: "sql" },
		{ body: { sql: "select 1", maxRows: 10_001 }, code: "bad_request", path: "maxRows" },
		{ body: { sql: "select 1", other: 1 }, code: "bad_request", path: "other" },
		{ body: [], code: "bad_request", path: "" },
	])("answers 400 $code to $body", async ({ body, code, path }) => {
		const answer = await asks(body);
		expect(answer).toMatchObject({ status: 400, body: { code } });
		if (path !== undefined) expect(answer.body.problems).toMatchObject([{ path }]);
	});

	it("answers 413 to a body of over 1 MB", async () => {
		expect(await asks({ sql: "x".repeat(1024 * 1024) })).toMatchObject({
			status: 413,
			body: { code: "body_too_large" },
		});
	});

	it("answers 400 when the answer would be larger than a function may give", async () => {
		const sql = recordingSql(Array.from({ length: 500 }, () => ["x".repeat(10_000)]));
		const answer = await anAdminApi({ sql }).ask("POST /v1/query", { body: { sql: "select 1" } });
		expect(answer).toMatchObject({ status: 400, body: { code: "answer_too_large" } });
	});

	it("answers the engine's own words when it refuses", async () => {
		const query = async () => {
			throw new SqlRefused('column "nonsense" not found');
		};
		const answer = await anAdminApi({ sql: { query } }).ask("POST /v1/query", { body: { sql: "select nonsense" } });
		expect(answer).toMatchObject({
			status: 400,
			body: { code: "query_refused", detail: 'column "nonsense" not found' },
		});
	});
});

describe("sqlText", () => {
	it.each([
		["plain", "'plain'"],
		["it's", "'it''s'"],
		["'; DROP TABLE events; --", "'''; DROP TABLE events; --'"],
		["back\\slash' \n", "'back\\slash'' \n'"],
	])("quotes %j", (text, expected) => {
		expect(sqlText(text)).toBe(expected);
	});

	it("takes no NUL", () => {
		expect(() => sqlText("a\u0000b")).toThrow(RangeError);
	});
});
