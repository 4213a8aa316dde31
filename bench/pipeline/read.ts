import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../measure.ts";
import type { BenchServer } from "../server.ts";
import { insist } from "./load.ts";

/** A new segment over a million events takes some minutes. */
const LONGEST_FILL_MS = 20 * 60_000;

/** How long after the answer to somebody's first event his profile can be read, ms. */
export async function readable(server: BenchServer, visitors: number) {
	const waits: number[] = [];
	const headers = { authorization: `Bearer ${server.adminToken}` };
	for (let visitor = 0; visitor < visitors; visitor++) {
		const userId = `bench-visitor-${visitor}`;
		const identify = { type: "identify", messageId: `readable-${visitor}`, userId, traits: { plan: "gold" } };
		await insist(server.url, [identify]);
		const answered = performance.now();
		for (let found = false; !found; ) {
			const answer = await fetch(`${server.url}/v1/profiles/user_id:${userId}`, { headers });
			await answer.arrayBuffer();
			found = answer.ok;
		}
		waits.push(performance.now() - answered);
	}
	return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
}

/** What needs memory for the whole archive: a segment about an event nobody asked for before, and a query over all. */
export async function readArchive(server: BenchServer): Promise<void> {
	const path = "/v1/definitions/segment/bench-lookers";
	await server.ask("PUT", path, { id: "bench-lookers", when: { event: "Product Viewed", atLeast: 2 } });
	const isLive = async () => {
		const { readiness } = await server.ask("GET", "/v1/segments/bench-lookers");
		return (readiness as { state?: string }).state === "live";
	};
	const deadline = performance.now() + LONGEST_FILL_MS;
	while (!(await isLive())) {
		if (performance.now() > deadline) throw new Error("the segment never became live");
		await sleep(2000);
	}
	await server.ask("POST", "/v1/query", { sql: "SELECT event, count(DISTINCT seed_id) FROM events GROUP BY 1" });
}
