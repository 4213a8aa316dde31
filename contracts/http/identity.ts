import * as z from "zod";

const time = z.string().describe("ISO 8601, UTC.");

/** An identifier as a person names it: `user_id:u-1`, `email:ada@example.com`, or `profile:<id>`. */
const reference = z.string().min(3).max(1000);

/** Why somebody decided so, in words for whoever reads the journal later. */
const reason = z.string().min(1).max(500).optional();

/** The body of `POST /v1/identity/allow` and `/deny`: two identifiers that are one person, or two. */
export const pairRequest = z.strictObject({ a: reference, b: reference, reason });

/** The body of `POST /v1/identity/block` and `/unblock`: an identifier that points at nobody, or does again. */
export const identifierRequest = z.strictObject({ identifier: reference, reason });

/** The body of `POST /v1/identity/undo`: a merge or a decision that shall not have been. */
export const undoRequest = z.strictObject({ journalId: z.string().min(1).max(200), reason });

const merged = z.array(z.object({ survivor: z.string(), retired: z.array(z.string()) }));
const split = z.array(z.object({ from: z.string(), into: z.array(z.string()) }));

/** What a decision changed. Empty lists: who is who stays as it is, and the decision stands for what comes. */
export const decisionAnswer = z.object({
	decision: z.enum(["allow", "deny", "block", "unblock", "undo"]),
	journalIds: z
		.array(z.string())
		.describe("What POST /v1/identity/undo takes to take it back: one, or several where much had to be written."),
	merged,
	split,
	profiles: z.array(z.string()).describe("The profiles that it concerns, as they are now."),
});

const identifier = z.object({ id: z.string(), namespace: z.string(), value: z.string() });

/** Why evidence does not make two identifiers one person: for programs. `words` say the same to people. */
const NOT_FOLLOWED = [
	"blocked",
	"hub",
	"shared",
	"denied",
	"taken_back",
	"kept_apart",
	"two_of_unique",
	"too_many",
	"full",
	"inexact",
	"pending",
] as const;

/** What makes two identifiers one person, or would if it were followed. */
const link = z.object({
	a: identifier,
	b: identifier,
	firstSeen: time.describe("When an event first carried both; of a decision alone, when it was taken."),
	messageId: z.string().describe("That event; empty where there was none but a person's decision."),
	source: z.string(),
	verdict: z.enum(["allow", "deny"]).optional().describe("What a person decided about the two."),
	isFollowed: z.boolean(),
	why: z
		.object({ code: z.enum(NOT_FOLLOWED), words: z.string() })
		.optional()
		.describe("Why it is not followed."),
	otherProfileId: z.string().optional().describe("Of a link out of the profile: whom it would lead to."),
});

const cluster = z.object({ id: z.string(), members: z.array(z.string()) });

/** Why who is who changed. */
const cause = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("event"), messageId: z.string(), source: z.string() }),
	z.object({
		kind: z.literal("decision"),
		decision: z.enum(["allow", "deny", "block", "unblock", "undo"]),
		by: z.string(),
		reason: z.string().optional(),
		about: z.array(z.string()).optional().describe("The ids of the identifiers it was about."),
		undoes: z.string().optional().describe("The journal id of what it took back."),
	}),
	z.object({ kind: z.literal("rules"), version: z.number().int() }),
]);

/** The answer of `GET /v1/profiles/{namespace}:{value}/identity`. */
export const identityAnswer = z.object({
	profileId: z.string(),
	state: z.object({
		contested: z.boolean().describe("Some evidence points to another person and is not followed."),
		saturated: z.boolean().describe("It has as many identifiers as one profile may have."),
		pending: z
			.boolean()
			.describe("The rules, or much evidence at once, changed since it was drawn; it is about to be brought in line."),
		rulesVersion: z.number().int().describe("The version of identity.yaml it was drawn by; 0 for the default."),
		rulesInForce: z.number().int(),
		identifiers: z.number().int(),
	}),
	identifiers: z.array(
		identifier.extend({
			firstSeen: time,
			lastSeen: z.string().describe("The day."),
			sources: z.array(z.string()),
			peers: z.number().int().describe("With how many others it was seen; a page holds so many at most."),
			isBlocked: z.boolean(),
			isHub: z.boolean().describe("It was seen with so many others that it points at nobody."),
		}),
	),
	links: z.array(link).describe("The evidence at the identifiers of this page, each link once, 300 at most."),
	linksLeftOut: z.number().int().describe("How many there are beside these: ask for fewer identifiers."),
	journal: z.array(
		z.object({
			journalId: z.string(),
			at: time,
			cause,
			from: z.array(cluster),
			to: z.array(cluster),
			words: z.string(),
		}),
	),
	cursor: z.string().optional().describe("Present while there are more identifiers."),
	journalCursor: z.string().optional().describe("Present while there are older entries."),
});

/** The query of it: the identifiers of a profile page by page, and its journal page by page. */
export const identityQuery = z.strictObject({
	limit: z.coerce.number().int().min(1).max(100).default(50),
	cursor: z.string().min(1).max(2000).optional(),
	journalLimit: z.coerce.number().int().min(1).max(100).default(20),
	journalCursor: z.string().min(1).max(2000).optional(),
});

/** The query of `GET /v1/identity/explain`. */
export const explainQuery = z.strictObject({ a: reference, b: reference });

/** The answer: whether two identifiers are one person, and by which chain of evidence. */
export const explainAnswer = z.object({
	answer: z
		.enum(["one_person", "two_people", "not_connected", "too_large"])
		.describe(
			"not_connected: nothing was ever seen that links them; too_large: nothing was found near either of them.",
		),
	a: identifier.extend({ profileId: z.string() }),
	b: identifier.extend({ profileId: z.string() }),
	chain: z
		.array(link)
		.describe("From a to b, the shortest there is; of two people with the links that are not followed."),
	words: z.array(z.string()).describe("The same, a line a link."),
});

export type DecisionAnswer = z.infer<typeof decisionAnswer>;
export type IdentityAnswer = z.infer<typeof identityAnswer>;
export type ExplainAnswer = z.infer<typeof explainAnswer>;
