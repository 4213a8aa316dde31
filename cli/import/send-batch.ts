import { type CollectAnswer, collectAnswer } from "#contracts/http/collect.ts";
import { problemShape } from "#contracts/http/problem-shape.ts";
import { reach } from "../api.ts";
import { Failure } from "../failure.ts";
import { patiently } from "../patiently.ts";

/** Where events are sent to, and with which source's key. */
export type Target = { readonly url: string; readonly writeKey: string };

/**
 * Sends events, given as JSON texts, through `/v1/import`. Waits and tries again while Tutti asks for it (429, 503).
 * Throws a `Failure` when the request as a whole is refused.
 */
export async function sendBatch(events: readonly string[], target: Target): Promise<CollectAnswer> {
	const body = `{"batch":[${events.join(",")}]}`;
	const headers = { "content-type": "application/json", authorization: `Basic ${btoa(`${target.writeKey}:`)}` };
	const response = await patiently(() => reach(target.url, "/v1/import", { method: "POST", headers, body }));
	if (!response.ok) throw await refusal(response);
	return collectAnswer.parse(await response.json());
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
