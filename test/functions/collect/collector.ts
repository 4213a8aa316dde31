import { eventsCollected } from "#contracts/bus/events-collected.ts";
import type { Source } from "#contracts/definitions/source.ts";
import type { SharedRates } from "#domain/collect/shared-rates.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { type Bus, type BusEntry, BusRefused } from "#domain/model/ports.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";
import { type HttpRequest, httpEvent } from "./http-event.ts";

export const SHOP = "https://shop.example";
export const SECRET_KEY = "sk_test_server";
export const PUBLIC_KEY = "wk_test_web";
export const NOW = "2026-10-09T08:53:20.000Z";

/** A source as its file would say it, applied. */
export const aSource = (over: Partial<Source> = {}) => ({
	id: "server",
	enabled: true,
	key: { kind: "secret" as const, writeKey: SECRET_KEY },
	rate: { perSecond: 500, burst: 1000 },
	publish: "envelope" as const,
	version: 1,
	appliedAt: NOW,
	...over,
});

const aPublicSource = (over: Partial<Source> = {}) =>
	aSource({
		id: "web",
		key: {
			kind: "public",
			writeKey: PUBLIC_KEY,
			origins: [SHOP],
			types: ["track", "identify", "page", "screen", "group", "alias"],
		},
		...over,
	});

export const SOURCES = [
	aSource(),
	aPublicSource(),
	aPublicSource({ id: "off", enabled: false, key: { kind: "secret", writeKey: "sk_test_off" } }),
];

type Options = {
	readonly sources?: readonly ReturnType<typeof aSource>[];
	readonly now?: () => Date;
	/** @default nobody else is asked anything */
	readonly rates?: SharedRates;
	/** What the bus throws at the n-th publish, from 0. */
	readonly busFails?: (call: number) => Error | undefined;
	/** What the definitions throw. */
	readonly definitionsFail?: () => Error | undefined;
};

/** The collector over a bus that is an array; `send` answers as HTTP would, the body parsed where it is JSON. */
export function aCollector({ sources = SOURCES, now, rates, busFails, definitionsFail }: Options = {}) {
	const entries: BusEntry[] = [];
	const log = recordingLog();
	const workspace = { sources } as unknown as Workspace; // the collector reads nothing else of it
	let calls = 0;
	let ids = 0;
	const bus: Bus = {
		publish: async (given) => {
			const failure = busFails?.(calls++);
			if (failure) throw failure;
			entries.push(...given);
		},
	};
	const current = async () => {
		const failure = definitionsFail?.();
		if (failure) throw failure;
		return workspace;
	};
	const handler = receiveEvents({
		rates: rates ?? { tell: async (_, { requests }) => ({ before: 0, now: requests }) },
		definitions: { current },
		bus,
		log,
		now: now ?? (() => new Date(NOW)),
		newId: () => `made-${ids++}`,
	});
	return {
		log,
		entries,
		/** What reached the bus, in order, each entry held to its contract. */
		published: (): CollectedEvent[] =>
			entries.flatMap(
				({ detail }) => eventsCollected.parse(JSON.parse(JSON.stringify(detail))).events as CollectedEvent[],
			),
		send: async (request: HttpRequest) => {
			const { statusCode, headers = {}, body = "" } = await handler(httpEvent(request), aContext);
			const isJson = String(headers["content-type"]).endsWith("json");
			return { status: statusCode, headers, body: isJson ? JSON.parse(body) : body };
		},
	};
}

export const busRefused = () => new BusRefused(1, 2, ["InternalFailure"]);
