import type { SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import { compareMembers } from "./compare-members.ts";
import type { CompiledSegment } from "./compiled.ts";
import { inGroups } from "./in-groups.ts";
import { type JudgeDeps, judgeAgain, lookAgain } from "./judge-again.ts";
import type { InForce } from "./plan-recompute.ts";
import { planReconcile, type ReconcileTimes } from "./plan-reconcile.ts";
import type { Fragments, Recomputes, ReconcileRun, Reconciles } from "./ports.ts";
import { isSuspect, messagesQuery, type RebuildDeps, rebuildFragments } from "./rebuild-fragments.ts";
import { inQueries, membersQuery } from "./sql/members-query.ts";
import type { SqlDialect } from "./sql-dialect.ts";

export type ReconcileDeps = JudgeDeps & {
	readonly reconciles: Reconciles;
	readonly recomputes: Pick<Recomputes, "run" | "states" | "saveReconciled">;
	readonly fragments: Fragments;
	readonly sql: Sql;
	readonly dialect: SqlDialect;
	/** Folds archived events as the pass does by these definitions, but anew. */
	readonly foldAnew: (inForce: InForce) => RebuildDeps["foldAnew"];
	/** What else is made of the archive once a night. @default nothing */
	readonly alsoNightly?: () => Promise<void>;
	readonly times: ReconcileTimes;
};

/** What an invocation did, as `Recomputed` says; with what the whole comparison found so far. */
export type Reconciled =
	| { readonly kind: "idle" }
	| { readonly kind: "stopped" | "done"; readonly rebuilt: number; readonly repaired: number };

/** Identifiers whose fragments are read together, and those whose events are read together: an IN of 120 KB. */
const IDS_AT_A_TIME = 3000;
const PEOPLE_AT_A_TIME = 256;

/**
 * Compares what is kept with what the archive says, and puts right what differs; so whatever went wrong, nothing stays wrong
 * for longer than a night. First the fragments: one whose number of events is not the archive's is made anew of them. Then the
 * memberships: SQL says for all segments who is in them, and whoever is not stored so is judged again. What is found is
 * counted, but not in segments that wait for the run over everybody: there it only was quicker. It cannot find people whom no
 * event ever reached: these come with a replay.
 *
 * It writes down how far it is, so an invocation that stops or dies is taken up by the next; only one works at a time. Safe to
 * run again, and beside events that come: a fragment is written only as it was read, and a judgement is one like all others.
 */
export async function reconcileSegments(deps: ReconcileDeps): Promise<Reconciled> {
	const started = await begin(deps);
	if (!started || started.phase === "over") return { kind: "idle" };
	const end = deps.now().getTime() + deps.times.budgetSeconds * 1000;
	let run = started;
	try {
		for await (const step of stepsFrom(started, deps)) {
			const next = { ...step, version: run.version + 1 };
			if ((await deps.reconciles.saveRun(next)) === "refused") break;
			run = next;
			if (deps.now().getTime() >= end) break;
		}
		return found(run);
	} finally {
		// given back, so that the next invocation need not wait; if somebody has taken over it is not ours to give
		await deps.reconciles.saveRun({ ...run, version: run.version + 1, leasedUntil: deps.now().toISOString() });
	}
}

const found = ({ phase, rebuilt, repaired }: ReconcileRun): Reconciled => ({
	kind: phase === "over" ? "done" : "stopped",
	rebuilt,
	repaired: Object.values(repaired).reduce((sum, count) => sum + count, 0),
});

async function begin({ reconciles, now, times }: ReconcileDeps): Promise<ReconcileRun | undefined> {
	const [last, askedAt] = [await reconciles.run(), await reconciles.askedAt()];
	const run = planReconcile({ last, askedAt, now: now() }, times);
	return run && (await reconciles.saveRun(run)) === "saved" ? run : undefined;
}

/** The run after each piece of work, until it is over. */
async function* stepsFrom(started: ReconcileRun, deps: ReconcileDeps): AsyncGenerator<ReconcileRun> {
	let run = started;
	if (run.phase === "fragments") {
		for await (const step of throughFragments(run, deps)) {
			run = step;
			yield run;
		}
	}
	if (run.phase === "segments") yield await throughSegments(run, deps);
}

type Counted = { readonly seedId: SeedId; readonly messages: number };

async function* throughFragments(started: ReconcileRun, deps: ReconcileDeps): AsyncGenerator<ReconcileRun> {
	let run = started;
	const pages = deps.sql.pages(messagesQuery(run.before, run.after));
	for await (const counted of inGroups(countsIn(pages), IDS_AT_A_TIME)) {
		const rebuilt = await rebuildSuspects(counted, run.before, deps);
		const repaired = { ...run.repaired };
		await judgeAgain(rebuilt, repaired, deps);
		run = { ...run, after: counted.at(-1)?.seedId ?? "", rebuilt: run.rebuilt + rebuilt.length, repaired };
		yield run;
	}
	const { after: _, ...rest } = run;
	yield { ...rest, phase: "segments" };
}

async function* countsIn(pages: ReturnType<Sql["pages"]>): AsyncGenerator<Counted> {
	for await (const { rows } of pages) {
		for (const [seedId, messages] of rows) yield { seedId: seedId as SeedId, messages: Number(messages) }; // a text, a number
	}
}

async function rebuildSuspects(counted: readonly Counted[], before: string, deps: ReconcileDeps): Promise<SeedId[]> {
	const messages = new Map(counted.map(({ seedId, messages: count }) => [seedId, count]));
	const fragments = await deps.fragments.load([...messages.keys()]);
	const suspects = fragments.filter((one) => isSuspect(one, messages.get(one.seedId) ?? 0, before));
	if (suspects.length === 0) return [];
	return rebuildFragments(suspects, { ...deps, foldAnew: deps.foldAnew((await lookAgain(deps)).inForce) });
}

async function throughSegments(run: ReconcileRun, deps: ReconcileDeps): Promise<ReconcileRun> {
	const { inForce, awaited } = await lookAgain(deps);
	const { workspace, compiled } = inForce;
	// of the others not everybody was judged yet, or SQL itself says who is in them
	const segments = compiled.segments.filter(
		({ id, class: pace }) => pace.kind !== "batch" && awaited(id) === undefined,
	);
	const repaired: Record<string, number> = { ...run.repaired };
	const queryOf = (some: readonly CompiledSegment[]) => {
		const { traits = [] } = workspace;
		return membersQuery({ segments: some.map(({ root }) => root), traits, now: 0, dialect: deps.dialect });
	};
	for (const some of inQueries(segments, queryOf)) {
		for await (const differing of inGroups(compareMembers(some, workspace, deps), PEOPLE_AT_A_TIME)) {
			await judgeAgain(
				differing.map(({ profileId }) => profileId),
				repaired,
				deps,
			);
		}
	}
	for (const { id } of segments) {
		await deps.recomputes.saveReconciled(id, { at: run.startedAt, repaired: repaired[id] ?? 0 });
	}
	await deps.alsoNightly?.();
	return { ...run, phase: "over", repaired };
}
