import { Analytics } from "@segment/analytics-node";
import { generateShop, type ShopEvent } from "#demo/shop.ts";
import { Failure } from "./failure.ts";
import type { Progress } from "./progress.ts";

/** Events handed to the SDK before it is waited for, so that it neither holds all of them at once nor stands idle. */
const AT_ONCE = 500;
/** One request: about 50 KB. */
const EVENTS_A_REQUEST = 100;
const PATIENCE_MS = 60_000;

/** The write keys of the example workspace's sources. */
const KEYS = { web: "wk_demo_web", server: "sk_demo_server" } as const;

/** The demo shop's events, the same on every machine for the same `now`. */
export const demoEvents = (now: Date): readonly ShopEvent[] => generateShop({ now }).events;

/** Sends events with the unmodified SDK, as a shop's own servers would. Throws a `Failure` when some were not accepted. */
export async function loadDemo(events: readonly ShopEvent[], url: string, progress: Progress): Promise<void> {
	const failures: string[] = [];
	const open = (writeKey: string) => {
		const sdk = new Analytics({ writeKey, host: url, flushAt: EVENTS_A_REQUEST });
		sdk.on("error", ({ code }) => failures.push(code));
		return sdk;
	};
	const sdks = { web: open(KEYS.web), server: open(KEYS.server) };
	const flush = () => Promise.all(Object.values(sdks).map((sdk) => sdk.flush({ timeout: PATIENCE_MS })));
	for (let from = 0; from < events.length; from += AT_ONCE) {
		for (const { source, message } of events.slice(from, from + AT_ONCE)) send(sdks[source], message);
		await flush();
		if (failures.length > 0) throw new Failure(`the demo shop could not be loaded: ${failures[0]}`);
		progress.to(from + AT_ONCE);
	}
	await Promise.all(Object.values(sdks).map((sdk) => sdk.closeAndFlush({ timeout: PATIENCE_MS })));
}

function send(sdk: Analytics, { type, timestamp, ...message }: ShopEvent["message"]): void {
	// Each call's own type wants its own fields for certain; the shop's messages have those of their type.
	const parameters = { ...message, timestamp: new Date(timestamp) } as never;
	sdk[type](parameters);
}
