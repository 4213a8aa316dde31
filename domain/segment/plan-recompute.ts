import type { Workspace } from "#domain/model/definitions.ts";
import type { KeptMeasure } from "#domain/rules/measures/measure.ts";
import type { MeasureBook } from "#domain/rules/measures/measure-book.ts";
import type { CompiledSegments } from "./compiled.ts";
import type { ConditionNode } from "./condition-tree.ts";
import type { FillDeps } from "./fill-measures.ts";
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

/** The definitions in force, ready to be used: the segments, and all that they and computed traits need to be kept of events. */
export type InForce = {
	readonly workspace: Workspace;
	readonly compiled: CompiledSegments;
	readonly book: MeasureBook;
	/** An archived event as the pass folds it by these; undefined of one that it sets aside. */
	readonly admit: FillDeps["admit"];
};

type Situation = InForce & {
	readonly last: RecomputeRun | undefined;
	readonly states: ReadonlyMap<string, SegmentState>;
	readonly now: Date;
};

const REFILLED_FOR_SECONDS = 3 * 24 * 60 * 60;

/** A lease ends some time after the work must have stopped: whoever holds it may be slow to write that down. */
const LEASE_MARGIN_SECONDS = 120;

/**
 * The run to take part in: the one that was left, or a new one when a segment is not covered yet, one was removed, the past of
 * something is to be filled in, a list has another upload in force, or the last full run is long ago. Undefined when there is
 * nothing to do or somebody else is at it.
 */
export function planRecompute(situation: Situation, times: RecomputeTimes): RecomputeRun | undefined {
	const { last, now } = situation;
	const leasedUntil = secondsAfter(now, times.budgetSeconds + LEASE_MARGIN_SECONDS);
	if (last && last.phase !== "over") {
		return last.leasedUntil > now.toISOString() ? undefined : { ...last, version: last.version + 1, leasedUntil };
	}
	const covers = coverable(situation, times);
	const relisted = listsChanged(situation);
	if (relisted.length === 0 && !isDue(situation, covers, times)) return undefined;
	const version = (last?.version ?? 0) + 1;
	const lists = Object.fromEntries(situation.workspace.lists ?? []);
	return { version, startedAt: now.toISOString(), phase: "fill", covers, lists, relisted, leasedUntil };
}

/** Segments whose definition is known everywhere, and the past of whose measures is in the archive. */
function coverable({ workspace, compiled, book, now }: Situation, times: RecomputeTimes): RecomputeRun["covers"] {
	const keysOf = new Map(compiled.segments.map(({ id, measures }) => [id, measures]));
	const known = workspace.segments.filter(({ id, appliedAt }) => {
		if (secondsAfter(new Date(appliedAt), times.knownAfterSeconds) > now.toISOString()) return false;
		const measures = (keysOf.get(id) ?? []).map((key) => book.measures.get(key));
		return measures.every((measure) => measure?.isFilled || isPastArchived(measure, now.toISOString(), times));
	});
	return Object.fromEntries(known.map(({ id, version }) => [id, version]));
}

function isDue(situation: Situation, covers: RecomputeRun["covers"], times: RecomputeTimes): boolean {
	const { last, workspace, book, states, now } = situation;
	const removed = workspace.removedSegments ?? [];
	if (Object.entries(covers).some(([id, version]) => states.get(id)?.version !== version)) return true;
	if (removed.some((id) => states.has(id))) return true;
	if (measuresToFill(book, now.toISOString(), times).some(({ isFilled }) => !isFilled)) return true;
	if (last && (isTraitEdited(situation, last, times) || missedSome(situation, last, times))) return true;
	const isLongAgo = !last || secondsAfter(new Date(last.startedAt), times.fullEverySeconds) <= now.toISOString();
	return isLongAgo && Object.keys(covers).length + removed.length > 0;
}

/**
 * Whether the last run went through everybody the archive knew before the archive had all that came before an edit or an
 * upload: who became known shortly before was decided by what was in force then, and is looked at once more now.
 */
function missedSome(
	{ workspace, compiled, now }: Situation,
	{ startedAt, relisted }: RecomputeRun,
	{ settledSeconds }: RecomputeTimes,
): boolean {
	if (secondsAfter(new Date(startedAt), settledSeconds) > now.toISOString()) return false;
	const wasEarly = ({ appliedAt }: { readonly appliedAt: string }) =>
		appliedAt <= startedAt && secondsAfter(new Date(appliedAt), settledSeconds) > startedAt;
	const traits = (workspace.traits ?? []).filter(({ trait }) => compiled.traits.has(trait));
	return relisted.length > 0 || [...workspace.segments, ...traits].some(wasEarly);
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

/** The lists that segments look at and that have another upload in force than at the last run. */
function listsChanged({ last, workspace, compiled }: Situation): string[] {
	const looked = new Set(compiled.segments.flatMap(({ root }) => [...listsIn(root)]));
	return [...looked].filter((list) => (workspace.lists?.get(list) ?? 0) !== (last?.lists[list] ?? 0)).sort();
}

/** The lists that a condition looks at, those of an account's users too. */
export function listsIn(node: ConditionNode): ReadonlySet<string> {
	if ("parts" in node) return new Set(node.parts.flatMap((part) => [...listsIn(part)]));
	if (node.kind === "account") return listsIn(node.meet);
	return new Set(node.kind === "list" ? [node.measure.list] : []);
}

/**
 * The measures a run that began then fills in: what was received before they were kept is in the archive by now. Those
 * filled in lately are filled in again, which makes up for an archive that was behind; after that nothing can change.
 */
export function measuresToFill({ measures }: MeasureBook, startedAt: string, times: RecomputeTimes): KeptMeasure[] {
	const isRecent = ({ since }: KeptMeasure) => secondsAfter(new Date(since), REFILLED_FOR_SECONDS) > startedAt;
	return [...measures.values()].filter(
		(measure) => isPastArchived(measure, startedAt, times) && (!measure.isFilled || isRecent(measure)),
	);
}

/** Nothing is before the first event, so a measure from there on needs no filling in. */
function isPastArchived(measure: KeptMeasure | undefined, at: string, { settledSeconds }: RecomputeTimes): boolean {
	if (!measure || measure.since === "" || Number.isNaN(Date.parse(measure.since))) return false;
	return secondsAfter(new Date(measure.since), settledSeconds) <= at;
}

const secondsAfter = (from: Date, seconds: number): string => new Date(from.getTime() + seconds * 1000).toISOString();
