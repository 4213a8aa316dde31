import type { Workspace } from "#domain/model/definitions.ts";
import type { CompiledSegments } from "./compile-segments.ts";
import type { Leaf } from "./leaf.ts";
import type { RecomputeRun, SegmentState } from "./ports.ts";

export type RecomputeTimes = {
	/** Everybody is judged again when the last time is this long ago. */
	readonly fullEverySeconds: number;
	/** After this time whatever was received is in the archive. */
	readonly settledSeconds: number;
	/** After this time every function knows what was applied: the age to which definitions are kept in memory, and more. */
	readonly knownAfterSeconds: number;
	/** How long one invocation may work. */
	readonly budgetSeconds: number;
};

type Situation = {
	readonly last: RecomputeRun | undefined;
	readonly workspace: Workspace;
	readonly compiled: CompiledSegments;
	readonly states: ReadonlyMap<string, SegmentState>;
	readonly now: Date;
};

const REFILLED_FOR_SECONDS = 3 * 24 * 60 * 60;

/** A lease ends some time after the work must have stopped: whoever holds it may be slow to write that down. */
const LEASE_MARGIN_SECONDS = 120;

/**
 * The run to take part in: the one that was left, or a new one when a segment is not covered yet, one was removed, or the
 * last full run is long ago. Undefined when there is nothing to do or somebody else is at it. A new run has no slices yet.
 */
export function planRecompute(situation: Situation, times: RecomputeTimes): RecomputeRun | undefined {
	const { last, now } = situation;
	const leasedUntil = secondsAfter(now, times.budgetSeconds + LEASE_MARGIN_SECONDS);
	if (last && last.phase !== "over") {
		return last.leasedUntil > now.toISOString() ? undefined : { ...last, version: last.version + 1, leasedUntil };
	}
	const covers = coverable(situation, times);
	if (!isDue(situation, covers, times)) return undefined;
	const version = (last?.version ?? 0) + 1;
	return { version, startedAt: now.toISOString(), phase: "fill", slices: 0, slice: 0, covers, leasedUntil };
}

/** Segments whose definition is known everywhere, and the past of whose counts is in the archive. */
function coverable({ workspace, compiled, now }: Situation, times: RecomputeTimes): RecomputeRun["covers"] {
	const keysOf = new Map(compiled.segments.map(({ id, leaves }) => [id, leaves]));
	const known = workspace.segments.filter(({ id, appliedAt }) => {
		if (secondsAfter(new Date(appliedAt), times.knownAfterSeconds) > now.toISOString()) return false;
		const leaves = (keysOf.get(id) ?? []).map((key) => compiled.leaves.get(key));
		return leaves.every((leaf) => leaf?.isFilled || isPastArchived(leaf, now.toISOString(), times));
	});
	return Object.fromEntries(known.map(({ id, version }) => [id, version]));
}

function isDue(
	{ last, workspace, compiled, states, now }: Situation,
	covers: RecomputeRun["covers"],
	times: RecomputeTimes,
): boolean {
	const removed = workspace.removedSegments ?? [];
	if (Object.entries(covers).some(([id, version]) => states.get(id)?.version !== version)) return true;
	if (removed.some((id) => states.has(id))) return true;
	if (last && isTraitEdited({ workspace, compiled, now }, last, times)) return true;
	const isLongAgo = !last || secondsAfter(new Date(last.startedAt), times.fullEverySeconds) <= now.toISOString();
	return isLongAgo && Object.keys(covers).length + removed.length > 0;
}

/** Whether a trait that segments look at has another definition since the last run, known everywhere by now. */
function isTraitEdited(
	{ workspace, compiled, now }: Pick<Situation, "workspace" | "compiled" | "now">,
	last: RecomputeRun,
	{ knownAfterSeconds }: RecomputeTimes,
): boolean {
	return (workspace.traits ?? []).some(
		({ trait, appliedAt }) =>
			compiled.traits.has(trait) &&
			appliedAt > last.startedAt &&
			secondsAfter(new Date(appliedAt), knownAfterSeconds) <= now.toISOString(),
	);
}

/**
 * The counts a run that began then fills in: what was received before they were counted is in the archive by now. Those
 * filled in lately are filled in again, which makes up for an archive that was behind; after that nothing can change.
 */
export function leavesToFill({ leaves }: CompiledSegments, startedAt: string, times: RecomputeTimes): Leaf[] {
	const isRecent = ({ since }: Leaf) => secondsAfter(new Date(since), REFILLED_FOR_SECONDS) > startedAt;
	return [...leaves.values()].filter(
		(leaf) => isPastArchived(leaf, startedAt, times) && (!leaf.isFilled || isRecent(leaf)),
	);
}

/** Nothing is before the first event, so a count from there on needs no filling in. */
function isPastArchived(leaf: Leaf | undefined, at: string, { settledSeconds }: RecomputeTimes): boolean {
	if (!leaf || leaf.since === "" || Number.isNaN(Date.parse(leaf.since))) return false;
	return secondsAfter(new Date(leaf.since), settledSeconds) <= at;
}

const secondsAfter = (from: Date, seconds: number): string => new Date(from.getTime() + seconds * 1000).toISOString();
