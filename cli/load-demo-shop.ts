import { setTimeout as sleep } from "node:timers/promises";
import type { Tutti } from "#local/server.ts";
import { demoEvents, loadDemo } from "./demo-load.ts";
import type { DemoPlan } from "./demo-state.ts";
import { progressBar } from "./progress.ts";

const POLL_MS = 200;

/** Loads the demo shop through Tutti's own HTTP API and waits until all of it is processed, with a bar for each. */
export async function loadDemoShop(
	plan: DemoPlan & { load: true },
	tutti: Tutti,
	say: (line: string) => void,
): Promise<void> {
	plan.begin();
	const events = demoEvents(plan.now);
	say(
		`Loading the demo shop: ${events.length} events of ninety days, over HTTP, with the unmodified @segment/analytics-node.`,
	);
	const loading = progressBar("loading   ", events.length, "events");
	await loadDemo(events, tutti.url, loading).finally(loading.end);

	say("Waiting until every event has been archived, stitched into its profile, judged by the segments and delivered.");
	const total = await tutti.backlog();
	const processing = progressBar("processing", total, "messages");
	for (let left = total; left > 0; left = await tutti.backlog()) {
		processing.to(total - left);
		await sleep(POLL_MS);
	}
	await tutti.idle();
	processing.to(total);
	processing.end();
	plan.done();
}
