import type { CompiledSegment } from "./compiled.ts";
import type { PassBeat, RecomputeRun, SegmentState, TickProgress } from "./ports.ts";

/**
 * Whether one may rely on a segment's members. `building`: not everybody was judged by this version yet, members are as
 * before it; `live`; `stale`: they are older than they should be; `failed`: the run that builds it threw, and tries again.
 */
export type Readiness = {
	readonly state: "building" | "live" | "stale" | "failed";
	/** One sentence for people. */
	readonly reason: string;
	/** How old its members may be, see `readinessOf`; absent while that is not known. */
	readonly freshnessSeconds?: number;
};

export type Evidence = {
	readonly state: SegmentState | undefined;
	/** The recompute that ran last, or is running. */
	readonly run: RecomputeRun | undefined;
	readonly tick: TickProgress | undefined;
	readonly pass: PassBeat | undefined;
	readonly now: Date;
};

/** Events wait seconds, and in a flood some minutes; a queue that is a quarter of an hour behind wakes somebody. */
const PASS_LATE_SECONDS = 15 * 60;
/** It says so once a minute while events come. */
const LAG_COUNTS_SECONDS = 5 * 60;
/** Somebody who is due waits two minutes at most. */
const TICK_LATE_SECONDS = 5 * 60;
/** Everybody is judged again every day; the run itself may take hours. */
const RUN_LATE_SECONDS = 2 * 24 * 60 * 60;

/**
 * How far a segment is, and how fresh. The freshness is of its slowest part: how long the event had waited that the pass
 * decided last (events that no pass has taken are not seen here: the alarm on the queue's age sees them); for `tick` also the
 * time since everybody who was due had been looked at; for `batch` the time since the run that decided it began.
 */
export function readinessOf(segment: CompiledSegment, evidence: Evidence): Readiness {
	const { state, run } = evidence;
	const isCovered = run?.phase !== "over" && run?.covers[segment.id] === segment.version;
	if (run?.failed && isCovered) {
		return {
			state: "failed",
			reason: `The run that judges everybody failed (${run.failed.error}); it is tried again.`,
		};
	}
	if (state?.version !== segment.version) return { state: "building", reason: whyBuilding(segment, run) };
	const freshness = freshnessOf(segment, state, evidence);
	const late = whyLate(segment, state, evidence);
	return {
		...(late ? { state: "stale", reason: late } : { state: "live", reason: segment.class.why }),
		...(freshness !== undefined && { freshnessSeconds: freshness }),
	};
}

function whyBuilding({ id, version, isReady }: CompiledSegment, run: RecomputeRun | undefined): string {
	if (run?.phase === "over" || run?.covers[id] !== version) {
		return isReady
			? "Everybody is judged by it with the next run."
			: "What happened before it was applied is filled in with the next run, once all of that is in the archive.";
	}
	return run.phase === "fill"
		? "What happened before it was applied is being filled in from the archive."
		: "Everybody is being judged.";
}

function freshnessOf({ class: pace }: CompiledSegment, state: SegmentState, evidence: Evidence): number | undefined {
	const { tick, pass, now } = evidence;
	if (pace.kind === "batch") return secondsSince(state.recomputedAt, now);
	const lag = lagOf(pass, now);
	if (pace.kind === "stream") return lag;
	return tick?.lookedUpTo === undefined ? undefined : Math.max(lag ?? 0, secondsSince(tick.lookedUpTo, now));
}

function whyLate({ class: pace }: CompiledSegment, state: SegmentState, evidence: Evidence): string | undefined {
	const { tick, pass, now } = evidence;
	if (secondsSince(state.recomputedAt, now) > RUN_LATE_SECONDS) {
		return `Everybody was judged last at ${state.recomputedAt}; that should happen every day.`;
	}
	if (pace.kind === "batch") return undefined;
	const lag = lagOf(pass, now) ?? 0;
	if (lag > PASS_LATE_SECONDS) return `Events were decided ${lag} seconds after they came.`;
	if (pace.kind === "stream") return undefined;
	if (!tick?.lookedUpTo) return "Nobody has looked yet at those who are due.";
	return secondsSince(tick.lookedUpTo, now) > TICK_LATE_SECONDS
		? `Those who were due were looked at last at ${tick.lookedUpTo}; that should happen every minute.`
		: undefined;
}

/** How late the pass was; not at all once it has had nothing to decide for some minutes: it came to the end of what waited. */
function lagOf(pass: PassBeat | undefined, now: Date): number | undefined {
	if (pass === undefined) return undefined;
	return secondsSince(pass.at, now) > LAG_COUNTS_SECONDS ? 0 : pass.lagSeconds;
}

const secondsSince = (iso: string, now: Date): number =>
	Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1000));
