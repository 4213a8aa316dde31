import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import type { Workspace } from "#domain/model/definitions.ts";
import { CANARY_SOURCE, canaryEvent } from "#domain/watch/canary-event.ts";
import type { Collector } from "#domain/watch/ports.ts";
import { type Departure, sendCanary as send, timeWay } from "#domain/watch/send-canary.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import { type CanaryProfile, canaryProfile, type ProfileDeps } from "./canary-profile.ts";
import { type ArchiveDeps, compareArchive } from "./compare-archive.ts";

type Options = ProfileDeps &
	ArchiveDeps & {
		/** The collector for whoever has this write key. */
		readonly collectorFor: (writeKey: string) => Collector;
		readonly log: Log;
		readonly metrics: Metrics;
		/** @default the machine's */
		readonly sleep?: (milliseconds: number) => Promise<void>;
		/** How long to look for an event whose way is timed; the next one is sent after a minute. @default 45 s */
		readonly patienceMs?: number;
	};

/** What one call did: with the event of this minute, and whether that of the minute before is readable. */
export type Flown = {
	/** `grounded`: nobody defined the source it sends as. */
	readonly departure: Departure | { readonly kind: "grounded" };
	readonly arrival: "arrived" | "missing" | "unseen";
};

const PATIENCE_MS = 45_000;
/** What people may rely on is half a minute (docs/slo.md). */
const LATE_MS = 30_000;
const MINUTE_MS = 60_000;
/** In every so many minutes one event is waited for: four an hour. */
const TIMED_MINUTES = 15;

/** The event of the minute before is not where everybody reads, or nobody could look: it is Lambda's count of this that rings. */
class CanaryMissing extends Error {
	override readonly name = "CanaryMissing";
}

const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		setTimeout(resolve, milliseconds);
	});

/**
 * The scheduled function that is a customer of this installation: each minute it sends an event by the way that all events go, and looks
 * whether that of the minute before has become readable. It does not wait for it, as waiting is billed, but for four an hour, of which it
 * says how long they took; four times a day it asks whether the archive has them all.
 * It fails when the event of the minute before is not there: that it failed, or was not called, is what rings.
 */
export function sendCanary({ collectorFor, sleep = pause, patienceMs = PATIENCE_MS, ...deps }: Options) {
	const { now, log, metrics } = deps;

	async function depart(at: Date): Promise<Flown["departure"]> {
		const writeKey = keyOf(await deps.definitions.current());
		return writeKey === undefined
			? { kind: "grounded" }
			: send(canaryEvent(at), { now, collector: collectorFor(writeKey) });
	}

	/** Waits for one of some events. That it cannot be looked for is logged, and the number is then missing. */
	async function timeSome(departure: Departure, at: Date, sight: CanaryProfile): Promise<void> {
		if (departure.kind !== "accepted" || at.getUTCMinutes() % TIMED_MINUTES !== 0) return;
		const { messageId, answeredMs } = departure;
		try {
			const { readableMs, isReadable } = await timeWay(departure, { now, sleep, patienceMs, sight });
			log.info("the canary was timed", { messageId, answeredMs, readableMs, isReadable });
			if (readableMs > LATE_MS) metrics.put({ CanaryLateMs: readableMs });
		} catch (error) {
			log.error("the canary could not be looked for", { messageId, ...describeError(error) });
		}
	}

	return middy<ScheduledEvent, Flown>().handler(async () => {
		const at = now();
		const profile = await canaryProfile(deps);
		const [departure, arrival] = await Promise.all([depart(at), lookForLast(at, profile, log)]);
		say(departure, log);
		await Promise.all([
			departure.kind === "grounded" ? undefined : timeSome(departure, at, profile),
			compareArchive(profile, deps),
		]);
		if (arrival !== "arrived") throw new CanaryMissing(`the event of the minute before is ${arrival}`);
		return { departure, arrival };
	});
}

const keyOf = ({ sources }: Workspace): string | undefined => {
	const key = sources.find(({ id, enabled }) => id === CANARY_SOURCE && enabled)?.key;
	return key?.kind === "public" ? key.writeKey : undefined;
};

async function lookForLast(at: Date, profile: CanaryProfile, log: Log): Promise<Flown["arrival"]> {
	const { messageId } = canaryEvent(new Date(at.getTime() - MINUTE_MS));
	try {
		if (await profile.has(messageId)) return "arrived";
		log.error("the canary did not arrive", { messageId });
		return "missing";
	} catch (error) {
		log.error("the canary could not be looked for", { messageId, ...describeError(error) });
		return "unseen";
	}
}

/** Why an event was not accepted; that it is missing its successor says. */
function say(departure: Flown["departure"], log: Log): void {
	if (departure.kind === "accepted") return;
	if (departure.kind === "grounded") {
		log.warn("there is no source for the canary to send as", { source: CANARY_SOURCE });
		return;
	}
	const { kind, ...how } = departure;
	log.error("the canary was not accepted", { ended: kind, ...how });
}
