import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentBatch } from "#contracts/http/collect.ts";
import { sentEvent } from "#contracts/http/events.ts";
import { accept, acceptText } from "./acceptance.ts";

/** What the contract cannot say of one field by itself. */
const BEYOND = new Set(["missing_event", "missing_id", "missing_group_id", "missing_previous_id", "missing_type"]);

describe("the published shape of an event", () => {
	const value = fc.oneof(
		fc.constantFrom<unknown>("u", null, 1, -1, 2.5, 2 ** 53, [], ["a"], {}, { a: [1] }, true, "2026-01-01", "group"),
		fc.string({ maxLength: 110, minLength: 98, unit: fc.constant("m") }),
	);
	const field = fc.constantFrom(...Object.keys(sentEvent.shape).filter((name) => !/timestamp|sentAt/i.test(name)));
	const event = fc.dictionary(field, value).map((fields) => ({ type: "track", event: "E", userId: "u", ...fields }));

	it("allows what the collector accepts, and nothing that it rejects for a field's type", () => {
		const met = { accepted: 0, rejected: 0 };
		fc.assert(
			fc.property(event, (sent) => {
				const { rejected } = accept({ batch: [sent] });
				fc.pre(!rejected.some(({ code }) => BEYOND.has(code)));
				met[rejected.length === 0 ? "accepted" : "rejected"] += 1;
				expect({ sent, isAllowed: sentEvent.safeParse(sent).success }).toEqual({
					sent,
					isAllowed: rejected.length === 0,
				});
			}),
			{ numRuns: 2000 },
		);
		expect(Math.min(met.accepted, met.rejected)).toBeGreaterThan(100);
	});
});

describe("the published shape of a batch", () => {
	it.each([
		{ batch: [] },
		{ batch: [], context: null, integrations: null, sentAt: 1_791_536_000_000 },
		{ batch: [], context: { locale: "en" }, unknown: true },
		{ batch: Array(2500).fill({ type: "page", userId: "u" }) },
		{ batch: Array(2501).fill({ type: "page", userId: "u" }) },
		{ batch: {} },
		{},
		{ batch: [], context: [] },
		{ batch: [], integrations: true },
	])("allows what the collector reads, %#", (body) => {
		const isRead = typeof acceptText(JSON.stringify(body), "batch") !== "string";
		expect(sentBatch.safeParse(body).success).toBe(isRead);
	});
});
