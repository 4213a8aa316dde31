import * as z from "zod";
import { id } from "./id.ts";

const property = z.strictObject({
	type: z.enum(["string", "number", "integer", "boolean", "object", "array"]).optional(),
	required: z.boolean().default(false).describe("Whether an event without it breaks the plan."),
	enum: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
	maxLength: z.number().int().positive().optional(),
});

/** What events and properties a source may send, and what happens to those that break the plan. */
export const trackingPlan = z.strictObject({
	id,
	name: z.string().optional(),
	events: z
		.record(z.string(), z.strictObject({ properties: z.record(z.string(), property).default({}) }))
		.describe("The track events that are planned, by name."),
	unplannedEvent: z
		.enum(["allow", "quarantine"])
		.default("allow")
		.describe("What happens to a track event the plan does not name."),
	unplannedProperty: z
		.enum(["allow", "omit", "quarantine"])
		.default("allow")
		.describe("What happens to a property the plan does not name; `omit` drops the property and keeps the event."),
	violation: z
		.enum(["allow", "quarantine"])
		.default("allow")
		.describe(
			"What happens when a planned property has the wrong type, is outside its enum, or is missing though required.",
		),
});

export type TrackingPlan = z.infer<typeof trackingPlan>;
