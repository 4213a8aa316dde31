import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import { type InForce, planRecompute, type RecomputeTimes } from "./plan-recompute.ts";
import type { RecomputeRun, Recomputes } from "./ports.ts";
import { type StepDeps, stepsFrom } from "./recompute-step.ts";

export type RecomputeDeps = Omit<StepDeps, "look" | "mustStop"> & {
	readonly definitions: Definitions;
	/** Compiles only when the workspace is another one. */
	readonly compile: (workspace: Workspace) => Omit<InForce, "workspace">;
	readonly recomputes: Recomputes;
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
 * Brings every membership in line with the definitions, when that is due: fills in what was before segments and computed
 * traits began to look at events, judges everybody the archive knows, lets SQL say who is in segments that only SQL decides,
 * and measures the segments. It goes through people in the order of their ids, with one reading of the archive for each part,
 * and writes down how far it is, so an invocation that stops or dies is taken up by the next after the last person who is
 * done; only one works at a time. Safe to run again: what is filled in becomes the same, and who is judged again enters
 * nothing twice. Throws what it met, having written down that it failed.
 */
export async function recomputeSegments(deps: RecomputeDeps): Promise<Recomputed> {
	const look = lookWith(deps);
	const started = await begin(deps, look);
	if (!started) return { kind: "idle", filled: 0, transitions: 0 };

	const end = deps.now().getTime() + deps.times.budgetSeconds * 1000;
	const mustStop = () => deps.now().getTime() >= end;
	let run = started;
	let failed: RecomputeRun["failed"];
	let [filled, transitions] = [0, 0];
	try {
		for await (const step of stepsFrom(started, { ...deps, look, mustStop })) {
			filled += step.filled;
			transitions += step.transitions;
			const next = { ...step.run, version: run.version + 1 };
			if ((await deps.recomputes.saveRun(next)) === "refused") return { kind: "stopped", filled, transitions };
			run = next;
			if (mustStop()) break;
		}
		return { kind: run.phase === "over" ? "done" : "stopped", filled, transitions };
	} catch (error) {
		failed = { at: deps.now().toISOString(), error: error instanceof Error ? error.name : typeof error };
		throw error;
	} finally {
		// given back, so that the next invocation need not wait; if somebody has taken over it is not ours to give
		const leasedUntil = deps.now().toISOString();
		await deps.recomputes.saveRun({ ...run, version: run.version + 1, leasedUntil, ...(failed && { failed }) });
	}
}

type Look = () => Promise<InForce>;

const lookWith =
	({ definitions, compile }: Pick<RecomputeDeps, "definitions" | "compile">): Look =>
	async () => {
		const workspace = await definitions.current();
		return { workspace, ...compile(workspace) };
	};

/** The run this invocation has to itself; undefined when there is none. */
async function begin({ recomputes, now, times }: RecomputeDeps, look: Look): Promise<RecomputeRun | undefined> {
	const inForce = await look();
	const { segments, removedSegments = [] } = inForce.workspace;
	const ids = [...segments.map(({ id }) => id), ...removedSegments];
	const [last, states] = [await recomputes.run(), await recomputes.states(ids)];
	const run = planRecompute({ ...inForce, last, states, now: now() }, times);
	return run && (await recomputes.saveRun(run)) === "saved" ? run : undefined;
}
