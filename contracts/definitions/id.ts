import * as z from "zod";

/** The id of a definition: the name of its file. */
export const id = z
	.string()
	.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens, at most 64")
	.describe("The name of the file, without .yaml.");
