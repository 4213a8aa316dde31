import * as z from "zod";
import { COMPUTATIONS, STRATEGIES } from "../definitions/trait.ts";
import { jsonValue } from "./json.ts";

/** What a profile's answer may hold beside its ids and counts. Asked for by `?include=`, separated by commas. */
export const PROFILE_PARTS = ["traits", "identifiers", "segments", "events", "provenance", "accounts"] as const;
export type ProfilePart = (typeof PROFILE_PARTS)[number];

/** What is answered when `include` is not given: all that costs one read. */
export const DEFAULT_PARTS: readonly ProfilePart[] = ["traits", "identifiers", "segments"];

const time = z.string().describe("ISO 8601, UTC.");

/** One event as reads show it, from the archive or the live tail. */
export const seenEvent = z.object({
	messageId: z.string(),
	type: z.string(),
	event: z.string().optional(),
	name: z.string().optional(),
	source: z.string(),
	userId: z.string().optional(),
	anonymousId: z.string().optional(),
	timestamp: time,
	receivedAt: time,
	properties: jsonValue.optional(),
	traits: jsonValue.optional(),
});

export type SeenEvent = z.infer<typeof seenEvent>;

const defined = {
	definition: z.string().nullable().describe("The id of the trait's definition; null where nobody defined it."),
	version: z.number().int().describe("Which version of it; 0 where there is none."),
};

/** Where the value of one trait comes from. */
export const provenance = z.object({
	at: time
		.optional()
		.describe("When it was said, or happened. Absent, like the next two, where many events made it together."),
	messageId: z.string().optional(),
	source: z.string().optional(),
	declared: z.boolean().describe("Whether the person says so; that outranks all that is inferred."),
	computed: z.boolean().describe("Whether it was computed from events."),
	estimated: z.boolean().optional().describe("There: too many different values were seen to count each of them."),
	rule: z
		.union([
			z.object({ strategy: z.enum(STRATEGIES), ...defined }),
			z.object({ compute: z.enum(COMPUTATIONS), ...defined }),
		])
		.describe("By which rule this value stands."),
});

export type Provenance = z.infer<typeof provenance>;

/** The answer of `GET /v1/profiles/{namespace}:{value}`. Parts that were not asked for are absent. */
export const profileAnswer = z.object({
	profileId: z.string(),
	aliases: z.array(z.string()).describe("Other ids that lead to this profile, for ever."),
	identifiers: z
		.array(
			z.object({
				namespace: z.string(),
				value: z.string(),
				firstSeen: time,
				lastSeen: time,
				sources: z.array(z.string()),
			}),
		)
		.optional(),
	traits: z.record(z.string(), jsonValue).optional(),
	provenance: z.record(z.string(), provenance).optional().describe("For each trait: where its value comes from."),
	accounts: z
		.array(z.object({ groupId: z.string(), since: time, traits: z.record(z.string(), jsonValue) }))
		.optional()
		.describe("What the person is a member of, by group calls: the 20 joined last, the latest first."),
	segments: z.array(z.object({ id: z.string(), enteredAt: time, nextChangeAt: time.nullable() })).optional(),
	events: z.array(seenEvent).optional().describe("The latest 50 in the archive, newest first."),
	eventCount: z.number().int(),
	firstSeen: time,
	lastSeen: time,
	updatedAt: time,
	asOf: time.optional().describe("Of which moment it is, where one was asked for; segments are left out then."),
});

export type ProfileAnswer = z.infer<typeof profileAnswer>;
