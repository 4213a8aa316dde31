import * as z from "zod";

/** `profile:<id>` names a profile, and `group_id` accounts: neither is an identifier of a person. */
const namespace = z
	.string()
	.regex(
		/^(?!(?:profile|group_id)$)[a-z][a-z0-9_]{0,63}$/,
		"lower-case letters, digits and underscores, at most 64, first a letter; not profile or group_id, which mean something else",
	);

/** Every event has these, and they hold what the sender likes. */
const place = z
	.string()
	.max(200)
	.regex(
		/^(?:traits|properties|context)(?:\.[^.]+)+$/,
		"a way into traits, properties or context, such as traits.loyalty_id",
	);

/** How the values of an identifier are spelled before they are compared. What a version does never changes. */
export const NORMALISERS = ["text@v1", "lower@v1", "email@v2", "phone@v1"] as const;
export type Normaliser = (typeof NORMALISERS)[number];

/**
 * Which identifiers there are, strongest first. The order is explicit, so that adding one never reshuffles the others.
 * A `unique` identifier may stand but once in a profile: two user ids are two people.
 */
export const identity = z.strictObject({
	id: z.literal("identity"),
	identifiers: z
		.array(
			z
				.strictObject({
					namespace,
					unique: z.boolean().default(false).describe("Whether two of these are two people."),
					max: z
						.int()
						.min(1)
						.max(500)
						.optional()
						.describe(
							"How many of these one person has at most; what would be one more stays apart. `unique` is `max: 1`.",
						),
					maxPeers: z
						.int()
						.min(1)
						.max(10_000)
						.optional()
						.describe(
							"Seen together with more other identifiers than this it is a hub (a till, a call centre), and joins nobody. 500 where nothing is said; a `unique` one has no such limit unless it is given.",
						),
					onShared: z
						.enum(["first", "isolate", "time_sliced"])
						.optional()
						.describe(
							"When two people use it (a family's tablet): `first`, it is his who used it first, by event time; `isolate`, it is nobody's; `time_sliced`, each session is his who signed in during it. `first` where nothing is said.",
						),
					blocked: z
						.array(z.string())
						.default([])
						.describe("Values that point at nobody, compared after normalising; `*` stands for any text."),
					from: z
						.array(place)
						.max(10)
						.optional()
						.describe(
							"Where events carry it, such as `traits.loyalty_id` or `properties.card`; the well-known ones need none. `traits.x` is looked for in `context.traits.x` too, and `context.externalIds` of this type count always.",
						),
					normaliser: z
						.enum(NORMALISERS)
						.optional()
						.describe("How its values are spelled: `email` and `phone` have their own, others are `text@v1`."),
				})
				.refine(({ unique, max = 1 }) => !unique || max === 1, {
					path: ["max"],
					message: "nothing beside `unique`, which is `max: 1`",
				}),
		)
		.min(1)
		.max(50)
		.describe("Which identifiers there are, the strongest first."),
	defaultCountry: z
		.string()
		.regex(/^[A-Z]{2}$/, "two capital letters, such as DE")
		.optional()
		.describe("Whose telephone numbers those without a country code are, where the event does not say it."),
});

export type IdentityRules = z.infer<typeof identity>;

/** A hub has more peers than this, where the rules do not say it (FIELD A4 row 34). */
export const DEFAULT_MAX_PEERS = 500;

/** What holds where the workspace says nothing. */
export const DEFAULT_IDENTITY: IdentityRules = {
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true, blocked: [] },
		{ namespace: "email", unique: false, blocked: [] },
		{ namespace: "phone", unique: false, blocked: [] },
		{ namespace: "device_id", unique: false, blocked: [] },
		{ namespace: "advertising_id", unique: false, blocked: [] },
		{ namespace: "anonymous_id", unique: false, blocked: [] },
	],
};
