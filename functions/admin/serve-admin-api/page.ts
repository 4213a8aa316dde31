import * as z from "zod";

/** The query of a list: `limit` and the `cursor` of the page before. */
export const page = {
	limit: z.coerce.number().int().min(1).max(500).default(100),
	cursor: z.string().min(1).max(2000).optional(),
};
