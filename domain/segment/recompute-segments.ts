import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import { type CompiledSegments, segmentCompiler } from "./compile-segments.ts";
import type { Hash } from "./leaf.ts";
import { planRecompute, type RecomputeTimes } from "./plan-recompute.ts";
import type { RecomputeRun, Recomputes } from "./ports.ts";
import { advance, type StepDeps } from "./recompute-step.ts";

export type RecomputeDeps = Omit<StepDeps, "look" | "mustStop"> & {
	readonly definitions: Definitions;
	readonly recomputes: Recomputes;
	readonly hash: Hash;
	readonly times: RecomputeTimes;
};

/**
 * What an invocation did: `idle` there was nothing to do or somebody else is at it, `stopped` its time was over and the
 * next one goes on, `done` it came to the end. With how many fragments were filled in and how many entered or exited.
 */
export type Recomputed = {
	readonly kind: "idle" | "stopped" | "done";
	readonly filled: number;
	readonly transitions: number;
};

/**
 * Brings every membership in line with the definitions, when that is due: fills in counts that segments began to look at
 * after events had come, judges everybody the archive knows, and measures the segments. It goes through slices of people
 * and writes down how far it is, so an invocation that stops or dies is taken up by the next; only one works at a time.
 * Safe to run again: what is filled in becomes the same numbers, and who is judged again enters nothing twice.
 */
export async function recomputeSegments(deps: RecomputeDeps): Promise<Recomputed> {
	const look = lookWith(deps);
	const started = await begin(deps, look);
	if (!started) return { kind: "idle", filled: 0, transitions: 0 };

	const end = deps.now().getTime() + deps.times.budgetSeconds * 1000;
	const mustStop = () => deps.now().getTime() >= end;
	let run = started;
	let [filled, transitions] = [0, 0];
	try {
		while (run.phase !== "over" && !mustStop()) {
			const step = await advance(run, { ...deps, look, mustStop });
			filled += step.filled;
			transitions += step.transitions;
			const next = { ...step.run, version: run.version + 1 };
			if ((await deps.recomputes.saveRun(next)) === "refused") return { kind: "stopped", filled, transitions };
			run = next;
		}
		return { kind: run.phase === "over" ? "done" : "stopped", filled, transitions };
	} finally {
		// given back, so that the next invocation need not wait; if somebody has taken over it is not ours to give
		await deps.recomputes.saveRun({ ...run, version: run.version + 1, leasedUntil: deps.now().toISOString() });
	}
}

type Look = () => Promise<{ readonly workspace: Workspace; readonly compiled: CompiledSegments }>;

function lookWith({ definitions, hash }: Pick<RecomputeDeps, "definitions" | "hash">): Look {
	const compile = segmentCompiler(hash);
	return async () => {
		const workspace = await definitions.current();
		return { workspace, compiled: compile(workspace) };
	};
}

/** The run this invocation has to itself; undefined when there is none. */
async function begin({ recomputes, now, times }: RecomputeDeps, look: Look): Promise<RecomputeRun | undefined> {
	const { workspace, compiled } = await look();
	const ids = [...workspace.segments.map(({ id }) => id), ...(workspace.removedSegments ?? [])];
	const [last, states] = [await recomputes.run(), await recomputes.states(ids)];
	const run = planRecompute({ last, workspace, compiled, states, now: now() }, times);
	return run && (await recomputes.saveRun(run)) === "saved" ? run : undefined;
}
