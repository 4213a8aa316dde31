import type * as z from "zod";
import { problemShape } from "#contracts/http/problem-shape.ts";
import { Failure } from "./failure.ts";
import { patiently } from "./patiently.ts";

export type Api = {
	readonly url: string;
	get<T>(path: string, answer: z.ZodType<T>): Promise<T>;
	post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T>;
	/** Sends CSV, again where Tutti asks to wait: only for what is safe to send twice. */
	postCsv<T>(path: string, csv: string, answer: z.ZodType<T>): Promise<T>;
};

const CSV = "text/csv";

/** The admin API of a running Tutti. Every refusal becomes a `Failure` that says what to do. */
export function apiAt(url: string, token: string): Api {
	async function call<T>(path: string, answer: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
		const headers = new Headers(init.headers);
		headers.set("authorization", `Bearer ${token}`);
		const send = () => reach(url, path, { ...init, headers });
		const response = await (headers.get("content-type") === CSV ? patiently(send) : send());
		const body: unknown = await response.json().catch(() => undefined);
		if (!response.ok) throw refusal(response.status, body);
		return answer.parse(body);
	}
	return {
		url,
		get: (path, answer) => call(path, answer),
		post: (path, body, answer) =>
			call(path, answer, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify(body),
			}),
		postCsv: (path, body, answer) => call(path, answer, { method: "POST", headers: { "content-type": CSV }, body }),
	};
}

/** `fetch`, with one clear line where nothing answers. */
export async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(new URL(path, url), init);
	} catch (error) {
		if (init.signal?.aborted) throw error;
		throw new Failure(`nothing answers at ${url}: is \`npm start\` running? (--url or TUTTI_URL says where)`);
	}
}

function refusal(status: number, body: unknown): Failure {
	if (status === 401) {
		return new Failure(
			"the admin token was not accepted: give --token or TUTTI_ADMIN_TOKEN, or with --data the folder that `npm start` uses",
		);
	}
	const problem = problemShape.safeParse(body);
	if (!problem.success) return new Failure(`the answer was ${status}, and not one that Tutti gives: is the URL right?`);
	const { detail, code, problems } = problem.data;
	const places = Array.isArray(problems) ? problems.map(place) : [];
	return new Failure([`${detail} (${code})`, ...places].join("\n  "));
}

type Wrong = { readonly kind?: string; readonly id?: string; readonly path?: string; readonly message?: string };

function place({ kind, id, path, message = "wrong" }: Wrong): string {
	const owner = kind === undefined ? "" : `${kind} ${id ?? ""}: `;
	return `${owner}${path || "."}: ${message}`;
}
