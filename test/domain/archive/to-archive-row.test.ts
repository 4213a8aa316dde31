import { describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import { archiveDay, toArchiveRow } from "#domain/archive/to-archive-row.ts";
import type { SourcedEvent } from "#domain/model/event.ts";

const TIMES = {
	timestamp: "2026-03-04T10:00:00.001Z",
	originalTimestamp: "2026-03-04T10:00:00.002Z",
	sentAt: "2026-03-04T10:00:00.003Z",
	receivedAt: "2026-03-04T23:59:59.999Z",
};
const LEAST: SourcedEvent = { messageId: "m", type: "page", source: "web", context: {}, ...TIMES };
const MOST: SourcedEvent = {
	...LEAST,
	type: "track",
	event: "Order Completed",
	name: "n",
	category: "c",
	userId: "u",
	anonymousId: "a",
	groupId: "g",
	previousId: "p",
	properties: { total: 1.5, list: [null, "é"] },
	traits: {},
	context: { ip: null },
	integrations: { All: false },
	extra: { writeKey: "" },
	flags: ["future_timestamp", "historical"],
};

describe("toArchiveRow", () => {
	it("gives every field its column, objects as JSON, times as the engines write them", () => {
		expect(toArchiveRow({ event: MOST, seedId: "s" })).toEqual({
			message_id: "m",
			type: "track",
			event: "Order Completed",
			name: "n",
			category: "c",
			source: "web",
			user_id: "u",
			anonymous_id: "a",
			group_id: "g",
			previous_id: "p",
			seed_id: "s",
			timestamp: "2026-03-04 10:00:00.001",
			original_timestamp: "2026-03-04 10:00:00.002",
			sent_at: "2026-03-04 10:00:00.003",
			received_at: "2026-03-04 23:59:59.999",
			properties: '{"total":1.5,"list":[null,"é"]}',
			traits: "{}",
			context: '{"ip":null}',
			integrations: '{"All":false}',
			extra: '{"writeKey":""}',
			flags: "future_timestamp,historical",
			quarantined: null,
			omitted: null,
		});
	});

	it("says beside the event why it was set aside, and what was taken off it", () => {
		const omitted = ["properties.a.b", 'properties."'];
		expect(toArchiveRow({ event: MOST, seedId: "s", quarantined: "plan_violated", omitted })).toMatchObject({
			quarantined: "plan_violated",
			omitted: '["properties.a.b","properties.\\""]',
			properties: '{"total":1.5,"list":[null,"é"]}',
		});
		expect(toArchiveRow({ event: MOST, seedId: "s", omitted: [] }).omitted).toBeNull();
	});

	it.each([LEAST, MOST])("has the contract's columns in the contract's order", (event) => {
		expect(Object.keys(toArchiveRow({ event, seedId: null }))).toEqual(ARCHIVE_COLUMNS.map(({ name }) => name));
	});

	it("has null for whatever the event does not have", () => {
		const row = toArchiveRow({ event: LEAST, seedId: null });
		const there = Object.entries(row).flatMap(([column, value]) => (value === null ? [] : [column]));
		expect(there).toEqual([
			"message_id",
			"type",
			"source",
			"timestamp",
			"original_timestamp",
			"sent_at",
			"received_at",
			"context",
		]);
	});

	it("has null for flags that are an empty list, and for a time no engine can hold", () => {
		const odd = { ...LEAST, flags: [], originalTimestamp: "+012026-03-04T10:00:00.000Z" };
		expect(toArchiveRow({ event: odd, seedId: null })).toMatchObject({ flags: null, original_timestamp: null });
	});

	it("keeps empty texts apart from absent ones", () => {
		expect(toArchiveRow({ event: { ...LEAST, name: "" }, seedId: null }).name).toBe("");
	});
});

describe("archiveDay", () => {
	it("is the UTC day on which the event was received", () => {
		expect(archiveDay({ event: LEAST, seedId: null })).toBe("2026-03-04");
	});
});
