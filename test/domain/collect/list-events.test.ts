import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { listEvents } from "#domain/collect/list-events.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { clearVault, phones } from "#test/support/phones.ts";

const AT = "2026-11-22T10:00:00.000Z";
const identifying = {
	rules: DEFAULT_IDENTITY,
	vault: clearVault,
	phones,
	blockedSeeds: new Set(["email:till@shop.de" as SeedId]),
};
const columns = ["user_id", "email", "phone"].map((namespace, position) => ({ namespace, position }));

const make = (rows: readonly (readonly string[])[], upload = 3) =>
	listEvents(
		{ list: "vip", upload, columns, rows: rows.map((cells, i) => ({ line: i + 2, cells })), at: AT },
		{ identifying, hash: sha256 },
	);
const idsOf = (row: readonly string[]) =>
	make([row]).events.flatMap((event) => identifiersOf(event, identifying).identifiers.map(({ id }) => id));

describe("listEvents", () => {
	it("makes one event of a row, which names list and upload and is delivered nowhere", () => {
		const { events, problems } = make([["u-1", " Ada@Example.com ", ""]]);
		expect(problems).toEqual([]);
		expect(events).toEqual([
			{
				messageId: expect.stringMatching(/^list-[\w-]{43}$/),
				type: "track",
				event: "Tutti List Uploaded",
				userId: "u-1",
				context: { externalIds: [{ type: "email", id: "Ada@Example.com", collection: "users", encoding: "none" }] },
				properties: { list: "vip", upload: 3 },
				...{ timestamp: AT, originalTimestamp: AT, sentAt: AT, receivedAt: AT },
				flags: ["historical"],
			},
		]);
	});

	it("leads to the people that events with these identifiers lead to", () => {
		expect(idsOf(["u-1", "ADA@example.com", "+49 30 123456"])).toEqual([
			"user_id:u-1",
			"email:ada@example.com",
			"phone:+4930123456",
		]);
	});

	it("names an event by who is named, in whatever spelling, so that what is sent again counts once", () => {
		const idOf = (row: readonly string[], upload?: number) => make([row], upload).events[0]?.messageId;
		expect(idOf(["", "ADA@example.com "])).toBe(idOf(["", "ada@example.com"]));
		expect(idOf(["", "ada@example.com"])).not.toBe(idOf(["", "bob@example.com"]));
		expect(idOf(["", "ada@example.com"], 3)).not.toBe(idOf(["", "ada@example.com"], 4));
	});

	it.each([
		{ row: ["", "", ""], code: "no_identifier" },
		{ row: [], code: "no_identifier" },
		{ row: ["null", "", ""], code: "points_at_nobody", column: "user_id" },
		{ row: ["", "till@shop.de", ""], code: "points_at_nobody", column: "email" },
		{ row: ["", "nonsense", ""], code: "not_an_email", column: "email" },
		{ row: ["", "", "12"], code: "not_a_phone_number", column: "phone" },
		{ row: ["x".repeat(513), "", ""], code: "identifier_too_long", column: "user_id" },
		{ row: ["u\0-1", "", ""], code: "not_text", column: "user_id" },
		{ row: ["m\ufffdller", "", ""], code: "not_text", column: "user_id" },
		{ row: ["\ud800", "", ""], code: "not_text", column: "user_id" },
	])("leaves the row $row out: $code", ({ row, code, column }) => {
		const { events, problems } = make([["u-1"], row]);
		expect(events).toHaveLength(1);
		expect(problems).toEqual([
			{ row: 2, line: 3, ...(column && { column }), code, reason: expect.any(String), leftOut: "row" },
		]);
		expect(JSON.stringify(problems)).not.toMatch(/till@|nonsense|xxx|ller/);
	});

	it("leaves a wrong value out where the row names somebody all the same", () => {
		const { events, problems } = make([["u-1", "nonsense", ""]]);
		expect(events).toMatchObject([{ userId: "u-1", context: {} }]);
		expect(problems).toMatchObject([{ row: 1, line: 2, column: "email", leftOut: "value" }]);
	});
});
