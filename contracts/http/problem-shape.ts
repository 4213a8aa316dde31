import * as z from "zod";

/**
 * Every error answer of every API (RFC 9457, `application/problem+json`). `code` is stable and made for programs;
 * `detail` is made for people and may change. Further members belong to the code, such as `rejected` of a strict request.
 */
export const problemShape = z.looseObject({
	type: z.literal("about:blank"),
	title: z.string(),
	status: z.number().int().min(400).max(599),
	code: z.string().regex(/^[a-z][a-z0-9_]*$/),
	detail: z.string(),
});

export type Problem = z.infer<typeof problemShape>;
