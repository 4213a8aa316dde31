import * as z from "zod";
import { id } from "../definitions/id.ts";

/** What one request of an upload may have. Larger files come in parts; `tutti list upload` makes them. */
export const LIST_LIMITS = { bytes: 5 * 1024 * 1024, rows: 20_000, parts: 10_000, problemsTold: 100 } as const;

const NAMESPACE = /^[a-z][a-z0-9_]{0,63}$/;
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** The query of `POST /v1/lists/{id}`. Without any of it the body is the whole upload. */
export const uploadQuery = z.strictObject({
	as: z
		.string()
		.regex(NAMESPACE, "a namespace of identifiers, such as email")
		.optional()
		.describe(
			"What the first column is, whatever its title; the others are left out. Else titles name the namespaces.",
		),
	upload: z.coerce.number().int().min(1).optional().describe("Which upload this is a further part of."),
	part: z.coerce.number().int().min(1).max(LIST_LIMITS.parts).default(1),
	more: flag.default(false).describe("Whether further parts follow: the upload is in force after the one without."),
	allowEmpty: flag.default(false).describe("Whether an upload that names nobody may empty the list."),
});

export const listId = id;

const time = z.string().describe("ISO 8601, UTC.");

/** Something in the file that was left out. What stood there is not repeated: it is about a person. */
const listProblem = z.object({
	row: z.number().int().describe("The how manyth row of this part, without the title row, from 1."),
	line: z.number().int().describe("The line of this part's body on which the row ends."),
	column: z.string().optional(),
	code: z.string(),
	reason: z.string(),
	leftOut: z.enum(["row", "value"]).describe("Whether the whole row counts for nobody, or only this value of it."),
});
export type ListProblem = z.infer<typeof listProblem>;

/** The answer to a part of an upload. */
export const uploadAnswer = z.object({
	list: z.string(),
	upload: z.number().int().describe("The number of the upload: 1, 2 …"),
	part: z.number().int(),
	accepted: z.number().int().describe("Rows of this part that name somebody."),
	rows: z.number().int().describe("Such rows of all parts so far."),
	isInForce: z.boolean().describe("Whether the list is now what this upload says."),
	ignoredColumns: z.array(z.string()).describe("Titles that are no namespace of identifiers: nothing of them is kept."),
	problems: z.array(listProblem).describe(`The first ${LIST_LIMITS.problemsTold}.`),
	problemCount: z.number().int(),
});
export type UploadAnswer = z.infer<typeof uploadAnswer>;

const listed = {
	id: z.string(),
	upload: z.number().int().nullable().describe("The upload in force; null while the first is not finished."),
	rows: z.number().int().describe("Rows of it that name somebody; one person may have several."),
	at: time.nullable().describe("Since when it is in force."),
	by: z.string().nullable(),
	segments: z.array(z.string()).describe("The segments that look at it."),
};

/** The answer of `GET /v1/lists`. */
export const listsAnswer = z.object({ lists: z.array(z.object(listed)) });
export type ListsAnswer = z.infer<typeof listsAnswer>;

/** The answer of `GET /v1/lists/{id}`: with its latest uploads, newest first. */
export const listAnswer = z.object({
	...listed,
	uploads: z.array(
		z.object({
			upload: z.number().int(),
			state: z.enum(["in force", "replaced", "unfinished"]),
			startedAt: time,
			finishedAt: time.nullable(),
			by: z.string(),
			parts: z.number().int(),
			rows: z.number().int(),
		}),
	),
});
export type ListAnswer = z.infer<typeof listAnswer>;

/** Which of the usual characters stands between the fields of a file, by its title row. */
export function delimiterOf(titles: string): "," | ";" | "\t" {
	const many = (mark: string) => titles.split(mark).length;
	const [best = ","] = ([",", ";", "\t"] as const).toSorted((a, b) => many(b) - many(a));
	return best;
}

/** Longer rows are a quote that is nowhere closed. */
export const LONGEST_ROW = 64 * 1024;

/** The parser's faults in the words of whoever mends the file. */
export const CSV_FAULTS: { readonly [code: string]: string } = {
	CSV_QUOTE_NOT_CLOSED: "a quote is opened and nowhere closed",
	CSV_INVALID_CLOSING_QUOTE: "something follows a closing quote: quotes within a value are written twice",
	INVALID_OPENING_QUOTE: "a quote stands within a value: put the whole value in quotes, and the quote twice",
	CSV_MAX_RECORD_SIZE: `a row is longer than ${LONGEST_ROW} characters: is a quote not closed?`,
};
export const NO_ROW = "this is no row of CSV";
