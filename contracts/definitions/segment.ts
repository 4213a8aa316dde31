import { z } from "zod";
import { condition } from "./condition.ts";
import { id } from "./id.ts";

/** A rule over profiles and events. Who meets it is its members. */
export const segment = z.strictObject({
	id,
	name: z.string().optional(),
	description: z.string().optional(),
	when: condition,
});

export type Segment = z.infer<typeof segment>;
