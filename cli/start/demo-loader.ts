import { Analytics } from "@segment/analytics-node";
import { generateShop, type ShopEvent } from "#demo/shop.ts";

/** What the loader is told on its command line, and what it tells: how far it is, or why it cannot go on. */
export type LoaderSays = { readonly sent: number; readonly of: number } | { readonly failed: string };

/** Events handed to the SDK before it is waited for, so that it neither holds all of them at once nor stands idle. */
const AT_ONCE = 500;
/** One request: about 50 KB. */
const EVENTS_A_REQUEST = 100;
const PATIENCE_MS = 60_000;

/** The write keys of the example workspace's sources. */
const KEYS = { web: "wk_demo_web", server: "sk_demo_server" } as const;

/**
 * A process of its own, as the shop's own servers would be: sends the demo shop's events, the same for the same `now`,
 * with the unmodified SDK. Run as `node demo-loader.ts <url> <now>` with an IPC channel.
 */
async function load(url: string, now: Date): Promise<LoaderSays> {
	const { events } = generateShop({ now });
	const failures: string[] = [];
	const open = (writeKey: string) => {
		const sdk = new Analytics({ writeKey, host: url, flushAt: EVENTS_A_REQUEST });
		sdk.on("error", ({ code }) => failures.push(code));
		return sdk;
	};
	const sdks = { web: open(KEYS.web), server: open(KEYS.server) };
	for (let from = 0; from < events.length; from += AT_ONCE) {
		for (const { source, message } of events.slice(from, from + AT_ONCE)) send(sdks[source], message);
		await Promise.all(Object.values(sdks).map((sdk) => sdk.flush({ timeout: PATIENCE_MS })));
		if (failures[0]) return { failed: failures[0] };
		say({ sent: Math.min(from + AT_ONCE, events.length), of: events.length });
	}
	await Promise.all(Object.values(sdks).map((sdk) => sdk.closeAndFlush({ timeout: PATIENCE_MS })));
	return { sent: events.length, of: events.length };
}

function send(sdk: Analytics, { type, timestamp, ...message }: ShopEvent["message"]): void {
	// Each call's own type wants its own fields for certain; the shop's messages have those of their type.
	const parameters = { ...message, timestamp: new Date(timestamp) } as never;
	sdk[type](parameters);
}

const say = (what: LoaderSays): void => void process.send?.(what);

// Nobody is left to load for when the one who asked has gone.
process.on("disconnect", () => process.exit(0));
const [url = "", now = ""] = process.argv.slice(2);
say(await load(url, new Date(now)));
process.disconnect();
