import { z } from "zod";

/**
 * Which identifiers there are, strongest first. The order is explicit, so that adding one never reshuffles the others.
 * A `unique` identifier may stand but once in a profile: two user ids are two people.
 */
export const identity = z.strictObject({
	id: z.literal("identity"),
	identifiers: z
		.array(
			z.strictObject({
				namespace: z
					.string()
					.regex(/^[a-z][a-z0-9_]{0,63}$/, "lower-case letters, digits and underscores, at most 64, first a letter"),
				unique: z.boolean().default(false).describe("Whether two of these are two people."),
				blocked: z
					.array(z.string())
					.default([])
					.describe("Values that point at nobody, compared after normalising; `*` stands for any text."),
			}),
		)
		.min(1)
		.describe("Which identifiers there are, the strongest first."),
});

export type IdentityRules = z.infer<typeof identity>;

/** What holds where the workspace says nothing. */
export const DEFAULT_IDENTITY: IdentityRules = {
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true, blocked: [] },
		{ namespace: "email", unique: false, blocked: [] },
		{ namespace: "anonymous_id", unique: false, blocked: [] },
	],
};
