import { z } from "zod";
import { id } from "./id.ts";

const property = z.strictObject({
	type: z.enum(["string", "number", "integer", "boolean", "object", "array"]).optional(),
	required: z.boolean().default(false),
	enum: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
	maxLength: z.number().int().positive().optional(),
});

/** What events and properties a source may send, and what happens to those that break the plan. */
export const trackingPlan = z.strictObject({
	id,
	name: z.string().optional(),
	events: z.record(z.string(), z.strictObject({ properties: z.record(z.string(), property).default({}) })),
	/** A track event the plan does not name. */
	unplannedEvent: z.enum(["allow", "quarantine"]).default("allow"),
	/** A property the plan does not name. `omit` drops the property and keeps the event. */
	unplannedProperty: z.enum(["allow", "omit", "quarantine"]).default("allow"),
	/** A planned property of the wrong type, outside its enum, or missing though required. */
	violation: z.enum(["allow", "quarantine"]).default("allow"),
});

export type TrackingPlan = z.infer<typeof trackingPlan>;
