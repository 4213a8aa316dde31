import * as z from "zod";

/** The query of `GET /v1/identity/report`. */
export const reportQuery = z.strictObject({
	sample: z.coerce.number().int().min(1).max(2000).default(500).describe("How many identifiers to look at."),
	days: z.coerce.number().int().min(1).max(3650).default(30).describe("Of people seen during the last so many days."),
	values: z.stringbool().default(false).describe("Whether the examples may name identifiers' values."),
});

/** Of Snowplow's guide: about one value a person is ideal, two to five are acceptable, tens are to be reconsidered. */
const VERDICTS = ["ideal", "acceptable", "many", "reconsider"] as const;

const example = z.object({
	id: z.string(),
	namespace: z.string(),
	value: z.string().optional(),
	identifiers: z.number().int().optional().describe("Of a profile: how many it has."),
	peers: z.number().int().optional().describe("Of a hub: with how many others it was seen until it was one."),
});

const found = z.object({
	count: z.number().int(),
	isMore: z.boolean().describe("Whether there are more than were counted."),
	examples: z.array(example).describe("The largest ten of those that were counted."),
});

/** The answer: how well identifiers tell people apart. */
export const reportAnswer = z.object({
	at: z.string().describe("ISO 8601, UTC."),
	sample: z.object({
		people: z.number().int(),
		identifiers: z.number().int(),
		isEverybody: z.boolean().describe("Whether the sample is all people of these days."),
	}),
	namespaces: z.array(
		z.object({
			namespace: z.string(),
			people: z.number().int().describe("How many of the sample have one at least; the figures are of these."),
			average: z.number(),
			p50: z.number().int(),
			p99: z.number().int(),
			max: z.number().int(),
			shareWithMore: z.number().describe("Of 1: who has more than one."),
			verdict: z.enum(VERDICTS),
		}),
	),
	hubs: found,
	saturated: found,
	contested: found,
});

export type ReportAnswer = z.infer<typeof reportAnswer>;
