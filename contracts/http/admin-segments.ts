import * as z from "zod";
import { condition } from "../definitions/condition.ts";
import { id } from "../definitions/id.ts";
import { segment } from "../definitions/segment.ts";
import { jsonValue } from "./json.ts";

const time = z.string().describe("ISO 8601, UTC.");

const pace = z
	.object({ kind: z.enum(["stream", "tick", "batch"]), why: z.string() })
	.describe(
		"How soon it follows: `stream` with each event; `tick` too, and within two minutes where time alone decides; `batch` with the scheduled run.",
	);

const readiness = z
	.object({
		state: z
			.enum(["building", "live", "stale", "failed"])
			.describe(
				"`building`: not everybody was judged by this version yet, members are as before it; `stale`: they are older than they should be; `failed`: the run that builds it threw, and is tried again.",
			),
		reason: z.string(),
	})
	.describe("Whether one may rely on its members.");

const summary = {
	id: z.string(),
	name: z.string().optional(),
	description: z.string().optional(),
	version: z.number().int(),
	appliedAt: time,
	class: pace,
	readiness,
	freshnessSeconds: z
		.number()
		.nullable()
		.describe("How old its members may be, by the slowest of what decides them; null while that is not known."),
	size: z.number().int().nullable().describe("Members, as of sizeAt; null while they were not counted."),
	sizeAt: time.nullable(),
};

/** The answer of `GET /v1/segments`. Sizes are those of the last recompute. */
export const segmentsAnswer = z.object({ segments: z.array(z.object(summary)) });
export type SegmentsAnswer = z.infer<typeof segmentsAnswer>;

/** The answer of `GET /v1/segments/{id}`. Members are counted now; of large segments the last recompute's count is answered. */
export const segmentAnswer = z.object({
	...summary,
	size: z.number().int(),
	sizeAt: time,
	condition: z.string().describe("All of it in plain words."),
	measures: z
		.array(
			z.object({
				about: z.string().describe("What is kept of events, in plain words."),
				isFilled: z.boolean().describe("Whether what happened before it was kept has been filled in from the archive."),
				since: time.nullable().describe("From when on it is kept as events come; null: from the first event on."),
				sharedWith: z
					.array(z.string())
					.describe("Other segments that look at the same: they cost no state of their own."),
			}),
		)
		.describe("What is kept of events for it."),
	recomputedAt: time.nullable().describe("When the run began that judged everybody last."),
	reconciled: z
		.object({ at: time, repaired: z.number().int().describe("Memberships that were not as they should be.") })
		.nullable()
		.describe("What the nightly comparison with the archive found."),
	volume: z.array(z.enum(["above", "below"])).describe("What its alarm says of its size now."),
});
export type SegmentAnswer = z.infer<typeof segmentAnswer>;

/** The answer of `GET /v1/segments/{id}/members`: in no order that means something. */
export const membersAnswer = z.object({
	members: z.array(z.object({ profileId: z.string(), enteredAt: z.string() })),
	cursor: z.string().optional().describe("Present while there may be more."),
});
export type MembersAnswer = z.infer<typeof membersAnswer>;

/** The query of `GET /v1/segments/{id}/history`. */
export const historyQuery = z.strictObject({
	limit: z.coerce.number().int().min(1).max(1000).default(100).describe("Measurements, and days, the latest first."),
});

/**
 * The answer of `GET /v1/segments/{id}/history`, the latest first, for 400 days: how large it was whenever it was measured, and how
 * many entered and exited by UTC days. Somebody who is in the segment before and after a merge did neither.
 */
export const historyAnswer = z.object({
	id: z.string(),
	sizes: z.array(z.object({ at: time, size: z.number().int(), version: z.number().int() })),
	days: z
		.array(z.object({ day: z.string(), entered: z.number().int(), exited: z.number().int() }))
		.describe("Transitions that were told: somebody who entered twice on a day counts twice."),
});
export type HistoryAnswer = z.infer<typeof historyAnswer>;

/** One condition in the light of a profile, with those it is made of. */
export type Explained = {
	/** Where it stands in the definition: `when.all.0`. */
	path: string;
	/** In plain words: "did Order Completed at least 3 times in the last 30 days". */
	text: string;
	/** Null where only the scheduled run can tell: other people decide it. */
	isMet: boolean | null;
	/** What was looked at: `{ "count": 2 }`. */
	values?: z.infer<typeof jsonValue> | undefined;
	/** When time alone may change the answer. */
	nextChangeAt: string | null;
	parts?: Explained[] | undefined;
};

const explained: z.ZodType<Explained> = z
	.lazy(() =>
		z.object({
			path: z.string(),
			text: z.string(),
			isMet: z.boolean().nullable(),
			values: jsonValue.optional(),
			nextChangeAt: z.string().nullable(),
			parts: z.array(explained).optional(),
		}),
	)
	.meta({ id: "explained-condition", description: "One condition in the light of a profile." });

/** The answer of `GET /v1/profiles/{namespace}:{value}/segments/{id}/explain`. */
export const explainSegmentAnswer = z.object({
	segmentId: z.string(),
	segmentVersion: z.number().int(),
	profileId: z.string(),
	at: time.describe("The moment of which all of this is."),
	membership: z
		.object({
			state: z.enum(["entered", "exited", "never"]),
			at: time.nullable().describe("When it entered or exited last."),
			cause: z.string().nullable().describe("What made it so: event, time, merge, edit, recompute, reconcile or list."),
			leaf: z.string().nullable().describe("The condition that tipped it, such as `when.all.0`."),
		})
		.describe("Whether the person is a member, as destinations were told."),
	meets: z
		.boolean()
		.nullable()
		.describe("Whether the conditions are met now; null where only the scheduled run can tell."),
	nextChangeAt: time.nullable().describe("When time alone changes that, if nothing happens."),
	class: pace,
	readiness,
	condition: explained,
});
export type ExplainSegmentAnswer = z.infer<typeof explainSegmentAnswer>;

/** The body of `POST /v1/segments/preview`: a definition, a condition by itself, or the id of a segment in force. */
export const previewRequest = z.union([
	z.strictObject({ segment }),
	z.strictObject({ when: condition }),
	z.strictObject({ id }),
]);
export type PreviewRequest = z.infer<typeof previewRequest>;

const estimate = {
	size: z.number().int(),
	low: z.number().int().describe("With 95 % certainty there are at least so many, and at most `high`."),
	high: z.number().int(),
};

/** The answer of `POST /v1/segments/preview`: what a segment would be like. Nothing is kept of it. */
export const previewAnswer = z.object({
	segmentId: z.string().nullable(),
	condition: z.string().describe("All of it in plain words."),
	class: pace,
	...estimate,
	isExact: z.boolean().describe("Whether everybody was looked at: then the bounds are the size."),
	people: z.number().int().describe("How many people there are."),
	lookedAt: z.number().int().describe("How many of them were looked at; they were drawn by lot."),
	asOf: time.describe("The events looked at were there then."),
	members: z.array(z.string()).describe("Profile ids of some of the members."),
	overlap: z
		.array(z.object({ segmentId: z.string(), ...estimate }))
		.describe("How many are in another segment, too, the most first; those without any are left out."),
});
export type PreviewAnswer = z.infer<typeof previewAnswer>;

/** The answer of `POST /v1/segments/reconcile`: it begins within minutes. */
export const reconcileAnswer = z.object({ askedAt: time });
export type ReconcileAnswer = z.infer<typeof reconcileAnswer>;
