import { setTimeout as sleep } from "node:timers/promises";

const TRIES = 8;
const LONGEST_WAIT_SECONDS = 30;

/** Sends a request that may be sent again, and waits and tries again while Tutti asks for it (429, 503). */
export async function patiently(send: () => Promise<Response>): Promise<Response> {
	for (let attempt = 1; ; attempt++) {
		const response = await send();
		if (attempt >= TRIES || ![429, 503].includes(response.status)) return response;
		await response.body?.cancel();
		await sleep(waitSeconds(response, attempt) * 1000);
	}
}

function waitSeconds(response: Response, attempt: number): number {
	const asked = Number(response.headers.get("retry-after"));
	return Math.min(asked > 0 ? asked : 2 ** (attempt - 1), LONGEST_WAIT_SECONDS);
}
