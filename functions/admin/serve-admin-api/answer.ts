import type * as z from "zod";
import type { Fault } from "#contracts/definitions/find-faults.ts";
import { problem } from "#contracts/http/problem.ts";
import { type HttpAnswer, jsonAnswer, problemAnswer } from "#functions/shared/http-answer.ts";

/** One thing that is wrong with what was sent: where, with dots between the levels, and in which words. */
export type Wrong = { readonly path: string; readonly message: string };

/** What is known of people is nobody's to keep on the way. */
const NOT_KEPT = { "cache-control": "no-store" };

export const ok = (body: unknown): HttpAnswer => jsonAnswer(200, body, NOT_KEPT);

/** An error answer. `code` is stable; `problems` say what to change, where that is known. */
export const refuse = (status: number, code: string, detail: string, problems?: readonly Wrong[]): HttpAnswer =>
	problemAnswer({ ...problem(status, code, detail), ...(problems && { problems }) }, NOT_KEPT);

export const notFound = (detail: string): HttpAnswer => refuse(404, "not_found", detail);

/** The answer to a body that its schema does not take: where, what is wrong, and what would be right. */
export const badBody = (faults: readonly Fault[]): HttpAnswer =>
	refuse(
		400,
		"bad_request",
		"The body is not what is taken here.",
		faults.map(({ path, wrong, right }) => ({ path: path.join("."), message: `${wrong}: ${right}` })),
	);

/** The answer to a query that its schema does not take. */
export const badRequest = (error: z.ZodError, within: "query" | "path"): HttpAnswer =>
	refuse(400, "bad_request", `The ${within} is not what is taken here.`, wrongOf(error));

const wrongOf = ({ issues }: z.ZodError): Wrong[] =>
	issues.map(({ path, message }) => ({ path: path.join("."), message }));
