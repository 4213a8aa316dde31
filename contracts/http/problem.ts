import type { Problem } from "./problem-shape.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** The phrases of RFC 9110: with `about:blank` a problem's title is its status's phrase. */
const TITLES: Readonly<Record<number, string>> = {
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	409: "Conflict",
	413: "Content Too Large",
	415: "Unsupported Media Type",
	422: "Unprocessable Content",
	429: "Too Many Requests",
	500: "Internal Server Error",
	503: "Service Unavailable",
};

/** Makes an error answer's body. `detail` must say nothing about a person. */
export function problem(status: number, code: string, detail: string): Problem {
	return { type: "about:blank", title: TITLES[status] ?? "Error", status, code, detail };
}
