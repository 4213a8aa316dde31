import * as z from "zod";
import { id } from "./id.ts";

/** A place events come from. A public key stands in browsers, so it is held to origins and event types; a secret key does not. */
export const source = z.strictObject({
	id,
	name: z.string().optional(),
	enabled: z.boolean().default(true).describe("A source that is not enabled is answered 403."),
	key: z.discriminatedUnion("kind", [
		z.strictObject({
			kind: z.literal("public"),
			writeKey: z.string().min(8).max(128),
			origins: z
				.array(z.string())
				.min(1)
				.describe("Allowed `Origin` headers, such as `https://shop.example`; `*` allows all."),
			types: z
				.array(z.enum(["track", "identify", "page", "screen", "group", "alias"]))
				.default(["track", "identify", "page", "screen", "group", "alias"])
				.describe("What may be sent with this key."),
		}),
		z.strictObject({
			kind: z.literal("secret"),
			/**
			 * The key, or `sha256:` and its SHA-256 in base64url: all that is kept of it once it is applied. A definition in
			 * force always has the hash; the collector hashes the key it was given and compares (`domain/model/write-key.ts`).
			 */
			writeKey: z
				.string()
				.min(8)
				.max(128)
				.describe("The key, or `sha256:` and its SHA-256 in base64url: all that is kept of it."),
		}),
	]),
	rate: z
		.strictObject({ perSecond: z.number().positive(), burst: z.number().int().positive() })
		.default({ perSecond: 500, burst: 1000 })
		.describe("Requests a second, and how many may come at once."),
	publish: z
		.enum(["envelope", "single"])
		.default("envelope")
		.describe(
			"`single`: one bus entry an event, for consumers who want that; `envelope`: one a request, which is cheaper.",
		),
	trackingPlan: id.optional().describe("The id of the tracking plan its events are held to."),
});

export type Source = z.infer<typeof source>;
