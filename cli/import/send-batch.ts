import { setTimeout as sleep } from "node:timers/promises";
import { type CollectAnswer, collectAnswer } from "#contracts/http/collect.ts";
import { problemShape } from "#contracts/http/problem.ts";
import { reach } from "../api.ts";
import { Failure } from "../failure.ts";

/** Where events are sent to, and with which source's key. */
export type Target = { readonly url: string; readonly writeKey: string };

const TRIES = 8;
const LONGEST_WAIT_SECONDS = 30;

/**
 * Sends events, given as JSON texts, through `/v1/import`. Waits and tries again while Tutti asks for it (429, 503).
 * Throws a `Failure` when the request as a whole is refused.
 */
export async function sendBatch(events: readonly string[], target: Target): Promise<CollectAnswer> {
	const body = `{"batch":[${events.join(",")}]}`;
	for (let attempt = 1; ; attempt++) {
		const response = await reach(target.url, "/v1/import", {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${target.writeKey}:`)}` },
			body,
		});
		if (response.ok) return collectAnswer.parse(await response.json());
		if (attempt >= TRIES || ![429, 503].includes(response.status)) throw await refusal(response);
		await response.body?.cancel();
		await sleep(waitSeconds(response, attempt) * 1000);
	}
}

function waitSeconds(response: Response, attempt: number): number {
	const asked = Number(response.headers.get("retry-after"));
	return Math.min(asked > 0 ? asked : 2 ** (attempt - 1), LONGEST_WAIT_SECONDS);
}

async function refusal(response: Response): Promise<Failure> {
	const problem = problemShape.safeParse(await response.json().catch(() => undefined));
	if (response.status === 401) {
		return new Failure("the write key was not accepted: give --write-key or TUTTI_WRITE_KEY of a source in force");
	}
	return new Failure(
		problem.success ? `${problem.data.detail} (${problem.data.code})` : `the answer was ${response.status}`,
	);
}
