import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Tutti } from "#local/server.ts";
import { Failure } from "../failure.ts";
import { type Progress, progressBar } from "../progress.ts";
import type { LoaderSays } from "./demo-loader.ts";
import type { DemoPlan } from "./demo-state.ts";

const LOADER = fileURLToPath(new URL("./demo-loader.ts", import.meta.url));
const POLL_MS = 200;

type Loading = {
	readonly plan: DemoPlan & { load: true };
	readonly tutti: Tutti;
	readonly say: (line: string) => void;
};

/** Loads the demo shop through Tutti's own HTTP API and waits until all of it is processed, with a bar for each. */
export async function loadDemoShop({ plan, tutti, say }: Loading): Promise<void> {
	plan.begin();
	say("Loading a demo shop: ninety days of it, over HTTP, with the unmodified @segment/analytics-node.");
	await send(tutti.url, plan.now);
	say("Waiting until all of it is archived, stitched into profiles, judged by the segments and delivered.");
	await processed(tutti);
	plan.done();
}

/** Lets another process send it. Throws a `Failure` when Tutti did not accept everything. */
function send(url: string, now: Date): Promise<void> {
	return new Promise((resolve, reject) => {
		let bar: Progress | undefined;
		const loader = fork(LOADER, [url, now.toISOString()]);
		loader.on("message", (says: LoaderSays) => {
			if ("failed" in says)
				return reject(new Failure(`the demo shop was not accepted (${says.failed}): --empty starts without it`));
			bar ??= progressBar("loading   ", says.of, "events");
			bar.to(says.sent);
		});
		loader.on("error", reject);
		loader.on("exit", (code) => {
			bar?.end();
			if (code === 0) resolve();
			else reject(new Failure("the demo shop could not be loaded to its end: start again to go on with it"));
		});
	});
}

async function processed(tutti: Tutti): Promise<void> {
	const total = await tutti.backlog();
	const bar = progressBar("processing", total, "messages");
	for (let left = total; left > 0; left = await tutti.backlog()) {
		bar.to(total - left);
		await sleep(POLL_MS);
	}
	await tutti.idle();
	bar.to(total);
	bar.end();
}
