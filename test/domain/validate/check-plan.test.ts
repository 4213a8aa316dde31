import { describe, expect, it } from "vitest";
import { type TrackingPlan, trackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import { checkPlan } from "#domain/validate/check-plan.ts";
import { happenedAt } from "#test/support/event-times.ts";

const at = "2026-01-01T00:00:00.000Z";
const order = (properties: JsonObject, fields: Partial<CollectedEvent> = {}): CollectedEvent => ({
	messageId: "m-1",
	type: "track",
	event: "Order Completed",
	properties,
	context: {},
	...happenedAt(at),
	...fields,
});
const plan = (parts: Partial<TrackingPlan> = {}): TrackingPlan => ({
	...trackingPlan.parse({
		id: "shop",
		events: {
			"Order Completed": {
				properties: {
					total: { type: "number", required: true },
					count: { type: "integer" },
					lines: { type: "array" },
					address: { type: "object" },
					gift: { type: "boolean" },
					plan: { type: "string", enum: ["free", "gold"] },
					note: { type: "string", maxLength: 3 },
				},
			},
		},
	}),
	violation: "quarantine",
	...parts,
});

describe("checkPlan", () => {
	it.each<{ what: string; properties: JsonObject; kind: string; path: string; says: string }>([
		{
			what: "a required property that is missing",
			properties: {},
			kind: "missing_property",
			path: "properties.total",
			says: "a required property is missing",
		},
		{
			what: "a required property that is null",
			properties: { total: null },
			kind: "missing_property",
			path: "properties.total",
			says: "a required property is missing",
		},
		{
			what: "a number written as text",
			properties: { total: "12" },
			kind: "wrong_type",
			path: "properties.total",
			says: "expected number, got string",
		},
		{
			what: "a broken number for an integer",
			properties: { total: 1, count: 1.5 },
			kind: "wrong_type",
			path: "properties.count",
			says: "expected integer, got number",
		},
		{
			what: "an object for a list",
			properties: { total: 1, lines: {} },
			kind: "wrong_type",
			path: "properties.lines",
			says: "expected array, got object",
		},
		{
			what: "a list for an object",
			properties: { total: 1, address: [] },
			kind: "wrong_type",
			path: "properties.address",
			says: "expected object, got array",
		},
		{
			what: "a value that is none of those planned",
			properties: { total: 1, plan: "silver" },
			kind: "not_in_enum",
			path: "properties.plan",
			says: "expected one of 2 planned values",
		},
		{
			what: "a text that is too long",
			properties: { total: 1, note: "four" },
			kind: "too_long",
			path: "properties.note",
			says: "expected at most 3 characters, got 4",
		},
	])("finds $what", ({ properties, kind, path, says }) => {
		expect(checkPlan(order(properties), plan())).toEqual({
			kind: "quarantined",
			reason: "plan_violated",
			violations: [{ kind, path, description: says, outcome: "quarantined" }],
		});
	});

	it.each<{ what: string; properties: JsonObject }>([
		{
			what: "all that is planned",
			properties: { total: 1.5, count: 2, lines: [], address: {}, gift: false, plan: "gold", note: "abc" },
		},
		{ what: "only what is required", properties: { total: 0 } },
		{ what: "null where nothing is required", properties: { total: 0, plan: null } },
		{ what: "three characters that are six in UTF-16", properties: { total: 0, note: "😀😀😀" } },
		{ what: "a property named like one that every object has", properties: { total: 0, constructor: 1 } },
	])("passes $what as it is", ({ properties }) => {
		const event = order(properties);
		expect(checkPlan(event, plan())).toEqual({ kind: "passed", event, violations: [] });
	});

	it("lets a violation through and tells of it where the plan says so", () => {
		const event = order({ total: "12" });
		const verdict = checkPlan(event, plan({ violation: "allow" }));
		expect(verdict).toMatchObject({ kind: "passed", violations: [{ kind: "wrong_type", outcome: "allowed" }] });
		expect(verdict.kind === "passed" && verdict.event).toBe(event);
	});

	it("leaves out properties the plan does not name, and keeps the event, where the plan says so", () => {
		expect(checkPlan(order({ total: 1, spy: "x" }), plan({ unplannedProperty: "omit" }))).toMatchObject({
			kind: "passed",
			event: { properties: { total: 1 } },
			violations: [{ kind: "unplanned_property", path: "properties.spy", outcome: "omitted" }],
		});
	});

	it("sets an event aside for a property the plan does not name where the plan says so", () => {
		const verdict = checkPlan(order({ total: 1, toString: "x" }), plan({ unplannedProperty: "quarantine" }));
		expect(verdict).toMatchObject({ kind: "quarantined", violations: [{ path: "properties.toString" }] });
	});

	it("sets an event aside that the plan does not name where the plan says so", () => {
		const event = order({ total: 1 }, { event: "constructor" });
		expect(checkPlan(event, plan())).toEqual({ kind: "passed", event, violations: [] });
		expect(checkPlan(event, plan({ unplannedEvent: "quarantine" }))).toMatchObject({
			kind: "quarantined",
			reason: "unplanned_event",
			violations: [{ kind: "unplanned_event", path: "event" }],
		});
	});

	it("says nothing about calls that are no track events", () => {
		const event = order({}, { type: "identify" });
		expect(checkPlan(event, plan({ unplannedEvent: "quarantine" }))).toEqual({ kind: "passed", event, violations: [] });
	});

	it("never says what a value was", () => {
		const secret = "ada@shop.example";
		const verdict = checkPlan(
			order({ total: secret, plan: secret, note: secret, extra: secret }),
			plan({ unplannedProperty: "quarantine" }),
		);
		expect(verdict.violations).toHaveLength(4);
		expect(JSON.stringify(verdict.violations)).not.toContain(secret);
	});
});
