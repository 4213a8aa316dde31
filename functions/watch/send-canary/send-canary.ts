import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import type { Workspace } from "#domain/model/definitions.ts";
import type { Sql } from "#domain/model/ports.ts";
import { CANARY_SOURCE } from "#domain/watch/canary-event.ts";
import type { Collector } from "#domain/watch/ports.ts";
import { type Flight, sendCanary as send } from "#domain/watch/send-canary.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import { type CanaryProfile, canaryProfile, type ProfileDeps } from "./canary-profile.ts";
import { countUnarchived } from "./compare-archive.ts";

type Options = ProfileDeps & {
	/** The collector for whoever has this write key. */
	readonly collectorFor: (writeKey: string) => Collector;
	readonly sql: Sql;
	/** Where archived events can be asked by day. */
	readonly table: string;
	readonly newId: () => string;
	readonly log: Log;
	readonly metrics: Metrics;
	/** @default the machine's */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	/** How long to look for an event; the next one is sent after a minute. @default 45 s */
	readonly patienceMs?: number;
};

/** `grounded`: nobody defined the source it sends as. `blind`: it was sent, and then looking for it threw. */
type Ended = Flight | { readonly kind: "grounded" } | { readonly kind: "blind" };

const PATIENCE_MS = 45_000;
const HOUR_MS = 60 * 60 * 1000;
/** The archive is asked for six hours at once, 50 minutes after they are over: Firehose writes every five. */
const COMPARED_HOURS = 6;
const COMPARED_AT_MINUTE = 50;

const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		setTimeout(resolve, milliseconds);
	});

/**
 * The scheduled function that is a customer of this installation: it sends an event by the way that all events go and says
 * how long it took until it could be read; four times a day it asks whether the archive has them all. It never throws
 * for what it finds: that no `CanaryReadableMs` comes is what rings.
 */
export function sendCanary({ collectorFor, sleep = pause, patienceMs = PATIENCE_MS, ...deps }: Options) {
	async function fly(profile: CanaryProfile): Promise<Ended> {
		const writeKey = keyOf(await deps.definitions.current());
		if (writeKey === undefined) return { kind: "grounded" };
		try {
			return await send({ ...deps, sleep, patienceMs, sight: profile, collector: collectorFor(writeKey) });
		} catch (error) {
			deps.log.error("the canary could not be looked for", { ...describeError(error) });
			return { kind: "blind" };
		}
	}
	return middy<ScheduledEvent, Ended>().handler(async () => {
		const profile = await canaryProfile(deps);
		const [ended] = await Promise.all([fly(profile), compareArchive(profile, deps)]);
		say(ended, deps);
		return ended;
	});
}

const keyOf = ({ sources }: Workspace): string | undefined => {
	const key = sources.find(({ id, enabled }) => id === CANARY_SOURCE && enabled)?.key;
	return key?.kind === "public" ? key.writeKey : undefined;
};

function say(ended: Ended, { log, metrics }: Pick<Options, "log" | "metrics">): void {
	if (ended.kind === "arrived") {
		metrics.put({ CanaryReadableMs: ended.readableMs }, { answeredMs: ended.answeredMs });
	} else if (ended.kind === "grounded") {
		log.warn("there is no source for the canary to send as", { source: CANARY_SOURCE });
	} else if (ended.kind !== "blind") {
		const { kind, ...how } = ended;
		log.error("the canary did not arrive", { ended: kind, ...how });
	}
}

type ArchiveDeps = Pick<Options, "sql" | "table" | "hashOf" | "now" | "log" | "metrics">;

/** Asks the archive when it is time to; that it cannot be asked is logged, and the number is then missing. */
async function compareArchive(profile: CanaryProfile, { now, log, metrics, ...deps }: ArchiveDeps): Promise<void> {
	const at = now();
	if (at.getUTCHours() % COMPARED_HOURS !== 0 || at.getUTCMinutes() !== COMPARED_AT_MINUTE) return;
	const until = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
	const since = new Date(until.getTime() - COMPARED_HOURS * HOUR_MS);
	try {
		const missing = await countUnarchived(await profile.taken(since, until), since, deps);
		metrics.put({ CanaryUnarchived: missing });
		if (missing > 0) log.error("the archive lacks events of the canary", { missing, since: since.toISOString() });
	} catch (error) {
		log.error("the archive could not be asked for the canary's events", { ...describeError(error) });
	}
}
