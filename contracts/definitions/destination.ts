import * as z from "zod";
import { namedEvent } from "./event-leaf.ts";
import { id } from "./id.ts";

/** What makes a delivery: a segment (entered and exited) or an event. */
const trigger = z.union([
	z.strictObject({ segment: id, change: z.enum(["entered", "exited", "both"]).default("both") }),
	namedEvent,
]);

/** A tool we send to. Which settings, actions and mappings there are is the type's to say; they are checked on apply. */
export const destination = z.strictObject({
	id,
	type: z.string().min(1).describe("`webhook`, or the slug of a destination of `@segment/action-destinations`."),
	enabled: z.boolean().default(true),
	settings: z
		.record(z.string(), z.json())
		.default({})
		.describe("`{{secret:name}}` stands for a secret; it is read when a delivery is made and kept nowhere."),
	subscriptions: z
		.array(
			z.strictObject({
				on: trigger,
				action: z.string().default("send").describe("One thing the destination can do; the webhook has only `send`."),
				mapping: z
					.record(z.string(), z.json())
					.default({})
					.describe('How the action\'s fields are filled: `{ email: { "@path": "$.traits.email" } }` (mapping-kit).'),
			}),
		)
		.default([]),
});

export type Destination = z.infer<typeof destination>;
export type Subscription = Destination["subscriptions"][number];
