import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { PROBLEM_TYPE } from "#contracts/http/problem.ts";
import type { Problem } from "#contracts/http/problem-shape.ts";

/** What an HTTP API's function answers. */
export type HttpAnswer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number };

export type Headers = Readonly<Record<string, string>>;

/** An answer whose body is JSON. */
export const jsonAnswer = (statusCode: number, body: unknown, headers: Headers = {}): HttpAnswer => ({
	statusCode,
	headers: { "content-type": "application/json", ...headers },
	body: JSON.stringify(body),
});

/** An error answer (RFC 9457). */
export const problemAnswer = (problem: Problem, headers: Headers = {}): HttpAnswer => ({
	statusCode: problem.status,
	headers: { "content-type": PROBLEM_TYPE, ...headers },
	body: JSON.stringify(problem),
});
