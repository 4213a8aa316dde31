import * as z from "zod/mini";

const EVENT_TYPES = ["track", "identify", "page", "screen", "group", "alias"] as const;

const id = () =>
	z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens, at most 64"));

const writeKey = () => z.string().check(z.minLength(8), z.maxLength(128));

/**
 * A source as `source.ts` defines it, said in the small form of zod: the collector reads it with each cold start and nothing
 * else of zod, and this form is 70 KB and some 15 ms less. A test holds the two to the same JSON Schema.
 */
export const storedSource = z.strictObject({
	id: id(),
	name: z.optional(z.string()),
	enabled: z._default(z.boolean(), true),
	key: z.discriminatedUnion("kind", [
		z.strictObject({
			kind: z.literal("public"),
			writeKey: writeKey(),
			origins: z.array(z.string()).check(z.minLength(1)),
			types: z._default(z.array(z.enum(EVENT_TYPES)), [...EVENT_TYPES]),
		}),
		z.strictObject({
			kind: z.literal("secret"),
			writeKey: writeKey(),
		}),
	]),
	rate: z._default(z.strictObject({ perSecond: z.number().check(z.positive()), burst: z.int().check(z.positive()) }), {
		perSecond: 500,
		burst: 1000,
	}),
	publish: z._default(z.enum(["envelope", "single"]), "envelope"),
	trackingPlan: z.optional(id()),
});
