import type { TrackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import type { Violation } from "#domain/model/violation.ts";
import type { QuarantineReason } from "./ports.ts";

/** The event as it goes on (without the properties the plan omits), or why it does not; and every way it breaks the plan. */
export type Verdict<E extends CollectedEvent> =
	| { readonly kind: "passed"; readonly event: E; readonly violations: readonly Violation[] }
	| {
			readonly kind: "quarantined";
			readonly reason: Extract<QuarantineReason, "unplanned_event" | "plan_violated">;
			readonly violations: readonly Violation[];
	  };

type PlannedProperties = TrackingPlan["events"][string]["properties"];
type PlannedProperty = PlannedProperties[string];

/**
 * Holds an event to its source's tracking plan. Plans speak of `track` events; others pass. What a plan allows though it
 * does not name it is no violation.
 */
export function checkPlan<E extends CollectedEvent>(event: E, plan: TrackingPlan): Verdict<E> {
	const name = event.type === "track" ? event.event : undefined;
	if (name === undefined) return { kind: "passed", event, violations: [] };
	const planned = Object.hasOwn(plan.events, name) ? plan.events[name] : undefined;
	if (!planned) return unplanned(event, plan);

	const properties = event.properties ?? {};
	const violations = [
		...brokenBy(properties, planned.properties, plan),
		...strangers(properties, planned.properties, plan),
	];
	if (violations.some(({ outcome }) => outcome === "quarantined")) {
		return { kind: "quarantined", reason: "plan_violated", violations };
	}
	const omitted = new Set(violations.filter(({ outcome }) => outcome === "omitted").map(({ path }) => path));
	if (omitted.size === 0) return { kind: "passed", event, violations };
	const kept = Object.entries(properties).filter(([property]) => !omitted.has(pathOf(property)));
	return { kind: "passed", event: { ...event, properties: Object.fromEntries(kept) }, violations };
}

function unplanned<E extends CollectedEvent>(event: E, { unplannedEvent, id }: TrackingPlan): Verdict<E> {
	if (unplannedEvent === "allow") return { kind: "passed", event, violations: [] };
	const description = `the tracking plan ${id} does not name this event`;
	const violation = { kind: "unplanned_event", path: "event", description, outcome: "quarantined" } as const;
	return { kind: "quarantined", reason: "unplanned_event", violations: [violation] };
}

/** Properties the plan does not name. */
function strangers(
	properties: JsonObject,
	planned: PlannedProperties,
	{ unplannedProperty }: TrackingPlan,
): Violation[] {
	if (unplannedProperty === "allow") return [];
	return Object.keys(properties)
		.filter((name) => !Object.hasOwn(planned, name))
		.map((name) => ({
			kind: "unplanned_property",
			path: pathOf(name),
			description: "the tracking plan does not name this property",
			outcome: unplannedProperty === "omit" ? "omitted" : "quarantined",
		}));
}

/** Planned properties that are not as planned. */
function brokenBy(properties: JsonObject, planned: PlannedProperties, { violation }: TrackingPlan): Violation[] {
	const outcome = violation === "allow" ? "allowed" : "quarantined";
	return Object.entries(planned).flatMap(([name, property]): Violation[] => {
		const broken = breach(Object.hasOwn(properties, name) ? properties[name] : undefined, property);
		return broken ? [{ ...broken, path: pathOf(name), outcome }] : [];
	});
}

/** The first way a value breaks what is planned for it. A null is a value that is not there. */
function breach(
	value: Json | undefined,
	planned: PlannedProperty,
): Pick<Violation, "kind" | "description"> | undefined {
	if (value === undefined || value === null) {
		return planned.required ? { kind: "missing_property", description: "a required property is missing" } : undefined;
	}
	const { type, maxLength } = planned;
	if (type && !isOfType(value, type))
		return { kind: "wrong_type", description: `expected ${type}, got ${typeOf(value)}` };
	if (planned.enum && !planned.enum.some((allowed) => allowed === value)) {
		return { kind: "not_in_enum", description: `expected one of ${planned.enum.length} planned values` };
	}
	const length = typeof value === "string" ? Array.from(value).length : 0;
	if (maxLength !== undefined && length > maxLength) {
		return { kind: "too_long", description: `expected at most ${maxLength} characters, got ${length}` };
	}
	return undefined;
}

const isOfType = (value: Json, type: NonNullable<PlannedProperty["type"]>): boolean =>
	type === "integer" ? Number.isInteger(value) : typeOf(value) === type;

const typeOf = (value: Json): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

const pathOf = (property: string): string => `properties.${property}`;
