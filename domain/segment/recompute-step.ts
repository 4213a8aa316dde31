import type { Workspace } from "#domain/model/definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { MembershipCause } from "#domain/model/membership.ts";
import { peopleSlice } from "#domain/model/people-slices.ts";
import type { Sql } from "#domain/model/ports.ts";
import { peopleQuery, sizeQuery } from "./archive-queries.ts";
import type { CompiledSegments } from "./compile-segments.ts";
import { emptySegment } from "./empty-segment.ts";
import { fillCounts } from "./fill-counts.ts";
import { leavesToFill, type RecomputeTimes } from "./plan-recompute.ts";
import type { Fragments, RecomputeRun, Recomputes } from "./ports.ts";
import { readTotals } from "./read-totals.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { type UpdateDeps, updateMemberships } from "./update-memberships.ts";

export type StepDeps = UpdateDeps & {
	readonly look: () => Promise<{ readonly workspace: Workspace; readonly compiled: CompiledSegments }>;
	readonly mustStop: () => boolean;
	readonly sql: Sql;
	readonly dialect: SqlDialect;
	readonly fragments: Fragments;
	readonly recomputes: Recomputes;
	readonly wait: (seconds: number) => Promise<void>;
	readonly times: RecomputeTimes;
	/** How many people one query is about. */
	readonly peoplePerSlice: number;
};

/** How far the run is after a step, and what the step wrote. */
type Step = { readonly run: RecomputeRun; readonly filled: number; readonly transitions: number };

/** How many people are worked on at the same time. */
const AT_ONCE = 16;

/** The next piece of a run: one slice of people, or the measuring at the end. */
export async function advance(run: RecomputeRun, deps: StepDeps): Promise<Step> {
	switch (run.phase) {
		case "fill":
			return run.slices === 0 ? cut(run, deps) : fill(run, deps);
		case "judge":
			return judge(run, deps);
		case "measure":
			return measure(run, deps);
		case "over":
			return { run, filled: 0, transitions: 0 };
	}
}

async function cut(run: RecomputeRun, { sql, peoplePerSlice }: StepDeps): Promise<Step> {
	const people = Number((await sql.query(sizeQuery())).rows[0]?.[0] ?? 0);
	const slices = Math.max(1, Math.ceil(people / peoplePerSlice));
	return { run: { ...run, slices }, filled: 0, transitions: 0 };
}

async function fill(run: RecomputeRun, deps: StepDeps): Promise<Step> {
	const { compiled } = await deps.look();
	const leaves = leavesToFill(compiled, run.startedAt, deps.times);
	const filled =
		leaves.length > 0 ? await fillCounts(await readTotals(leaves, peopleSlice(run.slice, run.slices), deps), deps) : 0;
	const isLast = leaves.length === 0 || run.slice + 1 >= run.slices;
	if (!isLast) return { run: at(run, "fill", run.slice + 1), filled, transitions: 0 };

	if (leaves.some(({ isFilled }) => !isFilled)) {
		await deps.recomputes.markFilled(leaves);
		// from here on every function judges by these counts, so nobody who changes after being judged is missed
		await deps.wait(deps.times.knownAfterSeconds);
	}
	return { run: at(run, "judge", 0), filled, transitions: 0 };
}

async function judge(run: RecomputeRun, deps: StepDeps): Promise<Step> {
	const slice = { ...peopleSlice(run.slice, run.slices), ...(run.after !== undefined && { after: run.after }) };
	const people = (await deps.sql.query(peopleQuery(slice))).rows.map(([seedId]) => seedId as SeedId); // a column of texts
	const states = await deps.recomputes.states(Object.keys(run.covers));
	const causeIn = (id: string): MembershipCause => ({
		kind: states.get(id)?.version === run.covers[id] ? "recompute" : "edit",
	});
	let transitions = 0;
	for (let i = 0; i < people.length; i += AT_ONCE) {
		const { compiled } = await deps.look();
		const some = people.slice(i, i + AT_ONCE);
		const written = await Promise.all(
			some.map((profileId) => updateMemberships({ profileId, compiled, causeIn }, deps)),
		);
		transitions += written.flat().length;
		const after = some.at(-1);
		if (deps.mustStop() && after !== undefined) return { run: { ...run, after }, filled: 0, transitions };
	}
	const isLast = run.slice + 1 >= run.slices;
	const next = isLast ? at(run, "measure", 0) : at(run, "judge", run.slice + 1);
	return { run: next, filled: 0, transitions };
}

async function measure(run: RecomputeRun, deps: StepDeps): Promise<Step> {
	const { workspace } = await deps.look();
	for (const { id, version } of workspace.segments) {
		if (run.covers[id] !== version) continue; // it was edited meanwhile: the next run covers it
		await deps.recomputes.saveState(id, {
			version,
			size: await deps.memberships.size(id),
			recomputedAt: run.startedAt,
		});
	}
	for (const id of workspace.removedSegments ?? []) {
		if (!(await emptySegment(id, deps, deps.mustStop))) return { run, filled: 0, transitions: 0 };
		await deps.recomputes.forgetState(id);
	}
	return { run: { ...run, phase: "over" }, filled: 0, transitions: 0 };
}

/** The run at the beginning of a slice: without the place within the one before. */
const at = (run: RecomputeRun, phase: RecomputeRun["phase"], slice: number): RecomputeRun => ({
	version: run.version,
	startedAt: run.startedAt,
	phase,
	slices: run.slices,
	slice,
	covers: run.covers,
	leasedUntil: run.leasedUntil,
});
