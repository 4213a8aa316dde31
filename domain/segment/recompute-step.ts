import type { ProfileId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { MembershipCause } from "#domain/model/membership.ts";
import type { Sql } from "#domain/model/ports.ts";
import { emptySegment } from "./empty-segment.ts";
import { type Filled, fillMeasures } from "./fill-measures.ts";
import { inGroups } from "./in-groups.ts";
import { judgeBySql } from "./judge-by-sql.ts";
import { measureSegment } from "./measure-segment.ts";
import { peopleQuery } from "./people-query.ts";
import { type InForce, listsIn, measuresToFill, type RecomputeTimes } from "./plan-recompute.ts";
import type { Fragments, RecomputeRun, Recomputes } from "./ports.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { type UpdateDeps, updateMemberships } from "./update-memberships.ts";

export type StepDeps = UpdateDeps & {
	readonly look: () => Promise<InForce>;
	readonly mustStop: () => boolean;
	readonly sql: Sql;
	readonly dialect: SqlDialect;
	readonly fragments: Fragments;
	readonly recomputes: Recomputes;
	readonly wait: (seconds: number) => Promise<void>;
	readonly times: RecomputeTimes;
	/** Told of a segment whose size is not what its alarm expects. */
	readonly onVolume: (segmentId: string, size: number, reasons: readonly string[]) => void;
};

/** How far the run is after a step, and what the step wrote. */
export type Step = { readonly run: RecomputeRun; readonly filled: number; readonly transitions: number };

/** So many people are judged between two glances at the clock; what is done is written down after them. */
const AT_A_TIME = 256;

/** The run after each piece of work, until it is over. Whoever stops goes on with the run that was answered last. */
export async function* stepsFrom(started: RecomputeRun, deps: StepDeps): AsyncGenerator<Step> {
	let { failed: _, ...run }: RecomputeRun = started;
	while (run.phase !== "over") {
		for await (const step of PHASES[run.phase](run, deps)) {
			run = step.run;
			yield step;
		}
	}
}

const NOTHING: Filled = { written: 0 };

type Phase = (run: RecomputeRun, deps: StepDeps) => AsyncGenerator<Step>;

const PHASES: { readonly [phase in Exclude<RecomputeRun["phase"], "over">]: Phase } = {
	fill: async function* fill(run, deps) {
		const { book, admit } = await deps.look();
		const measures = measuresToFill(book, run.startedAt, deps.times);
		const slice = run.after === undefined ? {} : { after: run.after };
		const { written: filled, after } =
			measures.length > 0 ? await fillMeasures(measures, slice, { ...deps, admit, placeOf: book.placeOf }) : NOTHING;
		if (after !== undefined) return yield { run: { ...run, after }, filled, transitions: 0 };

		const isNew = measures.some(({ isFilled }) => !isFilled);
		if (isNew) await deps.recomputes.markFilled(measures);
		// from here on every function judges by this, so nobody who changes after being judged is missed
		if (isNew || run.relisted.length > 0) await deps.wait(deps.times.knownAfterSeconds);
		yield { run: at(run, "judge"), filled, transitions: 0 };
	},

	judge: async function* judge(run, deps) {
		const causeIn = await causesOf(run, deps);
		for await (const people of inGroups(idsIn(deps.sql.pages(peopleQuery(run.after))), AT_A_TIME)) {
			const { compiled } = await deps.look();
			let transitions = 0;
			await inParallel(people, async (profileId) => {
				const written = await updateMemberships({ profileId, compiled, causeIn }, deps);
				transitions += written.length; // after the waiting: others add to it meanwhile
			});
			const after = people.at(-1);
			if (after !== undefined) yield step({ ...run, after }, transitions);
		}
		yield step(at(run, "batch"));
	},

	batch: async function* batch(run, deps) {
		const causeIn = await causesOf(run, deps);
		const inForce = await deps.look();
		const segments = inForce.compiled.segments
			.filter(({ id, version, class: pace }) => pace.kind === "batch" && run.covers[id] === version)
			.toSorted((x, y) => (x.id < y.id ? -1 : 1));
		for (const segment of segments.filter(({ id }) => id > (run.after ?? ""))) {
			const written = await judgeBySql(segment, causeIn(segment.id), { ...deps, inForce });
			yield step({ ...run, after: segment.id }, written);
		}
		yield step(at(run, "measure"));
	},

	measure: async function* measure(run, deps) {
		const { workspace } = await deps.look();
		for (const segment of workspace.segments) {
			// one that was edited meanwhile is covered by the next run
			if (run.covers[segment.id] === segment.version) await measureSegment(segment, run.startedAt, deps);
		}
		for (const id of workspace.removedSegments ?? []) {
			if (!(await emptySegment(id, deps, deps.mustStop))) return yield step(run);
			await deps.recomputes.forgetState(id);
		}
		yield step(at(run, "over"));
	},
};

const step = (run: RecomputeRun, transitions = 0): Step => ({ run, filled: 0, transitions });

/** The run at the beginning of a phase: without the place within the one before. */
function at(run: RecomputeRun, phase: RecomputeRun["phase"]): RecomputeRun {
	const { after: _, ...rest } = run;
	return { ...rest, phase };
}

/** Why somebody enters or exits: the segment is another one, a list that it looks at is, or nothing else found it before. */
async function causesOf(run: RecomputeRun, { look, recomputes }: StepDeps): Promise<(id: string) => MembershipCause> {
	const states = await recomputes.states(Object.keys(run.covers));
	const { compiled } = await look();
	const lists = new Map(compiled.segments.map(({ id, root }) => [id, listsIn(root)]));
	return (id) => {
		if (states.get(id)?.version !== run.covers[id]) return { kind: "edit" };
		return { kind: run.relisted.some((list) => lists.get(id)?.has(list)) ? "list" : "recompute" };
	};
}

async function* idsIn(pages: ReturnType<Sql["pages"]>): AsyncGenerator<ProfileId> {
	for await (const { rows } of pages) {
		for (const [profileId] of rows) yield profileId as ProfileId; // a column of texts
	}
}
