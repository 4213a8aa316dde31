import { z } from "zod";
import { id } from "./id.ts";

/** A place events come from. A public key stands in browsers, so it is held to origins and event types; a secret key does not. */
export const source = z.strictObject({
	id,
	name: z.string().optional(),
	enabled: z.boolean().default(true),
	key: z.discriminatedUnion("kind", [
		z.strictObject({
			kind: z.literal("public"),
			writeKey: z.string().min(8).max(128),
			/** Allowed `Origin` headers, such as `https://shop.example`; `*` allows all. */
			origins: z.array(z.string()).min(1),
			/** What may be sent with this key. */
			types: z
				.array(z.enum(["track", "identify", "page", "screen", "group", "alias"]))
				.default(["track", "identify", "page", "screen", "group", "alias"]),
		}),
		z.strictObject({
			kind: z.literal("secret"),
			/**
			 * The key, or `sha256:` and its SHA-256 in base64url: all that is kept of it once it is applied. A definition in
			 * force always has the hash; the collector hashes the key it was given and compares (`domain/model/write-key.ts`).
			 */
			writeKey: z.string().min(8).max(128),
		}),
	]),
	/** Requests a second, and how many may come at once. */
	rate: z
		.strictObject({ perSecond: z.number().positive(), burst: z.number().int().positive() })
		.default({ perSecond: 500, burst: 1000 }),
	/** `single` publishes one bus entry an event, for consumers who want that; `envelope` one a request, which is cheaper. */
	publish: z.enum(["envelope", "single"]).default("envelope"),
	trackingPlan: id.optional(),
});

export type Source = z.infer<typeof source>;
