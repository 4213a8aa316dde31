import type { Chance } from "#demo/random.ts";
import { dealt } from "#test/support/deal.ts";
import { livesOf, type SentMessage } from "#test/support/lives.ts";
import { KEYS, SET_ASIDE } from "./workspace.ts";

/** One request that a sender makes, and makes again until he knows. */
export type Sending = {
	readonly messages: readonly SentMessage[];
	readonly key: string;
	readonly headers: Readonly<Record<string, string>>;
	/** What is sent instead of JSON that can be read. */
	readonly garbled?: true;
	/** How far the sender's clock is ahead, ms: then he says when he sent it, by his clock, and never sends it twice. */
	readonly skewMs?: number;
	/** Sent through `/v1/import`. */
	readonly isImport?: true;
};

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
const SKEWS = [-40 * YEAR, -3 * 60 * MINUTE, -7 * MINUTE, 9 * MINUTE, 5 * 60 * MINUTE, 30 * YEAR];

/** The requests of a story: everybody's lives in pieces of 1 to 12, and among them what must be refused. */
export function sendingsOf({ seed, events, luck }: { seed: number; events: number; luck: Chance }): Sending[] {
	const lives = livesOf({ seed, events, people: Math.max(8, Math.round(events / 20)) });
	const sendings: Sending[] = [];
	for (let from = 0; from < lives.length; ) {
		const size = luck.between(1, 12);
		sendings.push({ messages: lives.slice(from, from + size), key: KEYS.server, headers: {}, ...whims(luck) });
		from += size;
	}
	const refused = sendings.flatMap((_, n) => (n % 4 === 0 ? refusable(`${seed}-${n}`, luck) : []));
	const aside = sendings.flatMap((_, n) => (n % 8 === 0 ? setAside(`${seed}-${n}`) : []));
	return dealt([...sendings, ...refused, ...aside], luck);
}

function whims(luck: Chance): Partial<Sending> {
	if (luck.happens(12)) return { skewMs: luck.pick(SKEWS) };
	return luck.happens(8) ? { isImport: true } : {};
}

const aMessage = (name: string): SentMessage => ({
	messageId: name,
	timestamp: new Date(Date.UTC(2026, 0, 10, 9)).toISOString(),
	type: "track",
	event: "Order Completed",
	userId: `nobody-${name}`,
	anonymousId: `nowhere-${name}`,
	properties: { total: 1000 },
});

/** What no request of which may leave a trace: wrong keys, sources that are off, texts that are no JSON, strict requests. */
function refusable(name: string, luck: Chance): Sending {
	const messages = [aMessage(`refused-${name}-a`), aMessage(`refused-${name}-b`)];
	const { type: _, ...typeless } = aMessage(`refused-${name}-c`);
	return luck.pick<Sending>([
		{ messages, key: "sk_nobody_has_this", headers: {} },
		{ messages, key: KEYS.off, headers: {} },
		{ messages, key: KEYS.server, headers: {}, garbled: true },
		{ messages: [...messages, typeless as SentMessage], key: KEYS.server, headers: { "x-strict-mode": "1" } },
		{ messages: [{ ...aMessage(`refused-${name}-d`), userId: "x".repeat(40_000) }], key: KEYS.server, headers: {} },
		// the first of them is let in, the others too fast
		{ messages: [aMessage(`slow-${name}`)], key: KEYS.slow, headers: {} },
	]);
}

const setAside = (name: string): Sending => ({
	messages: [{ ...aMessage(`aside-${name}`), event: SET_ASIDE }],
	key: KEYS.server,
	headers: {},
});
