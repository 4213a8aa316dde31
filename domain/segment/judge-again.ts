import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import { type Awaited, awaitedIn } from "./awaited.ts";
import type { InForce } from "./plan-recompute.ts";
import type { Recomputes } from "./ports.ts";
import { type UpdateDeps, updateMemberships } from "./update-memberships.ts";

export type JudgeDeps = UpdateDeps & {
	readonly definitions: Definitions;
	/** Compiles only when the workspace is another one. */
	readonly compile: (workspace: Workspace) => Omit<InForce, "workspace">;
	readonly recomputes: Pick<Recomputes, "run" | "states">;
};

/** What is in force, and for which segments not everybody was judged by it yet. */
type Looked = { readonly inForce: InForce; readonly awaited: (segmentId: string) => Awaited | undefined };

/** The run is read first: whatever comes into force after that is waited for, too. */
export async function lookAgain({ definitions, compile, recomputes }: JudgeDeps): Promise<Looked> {
	const run = await recomputes.run();
	const workspace = await definitions.current();
	const inForce = { workspace, ...compile(workspace) };
	const states = await recomputes.states(workspace.segments.map(({ id }) => id));
	return { inForce, awaited: awaitedIn(inForce, { run, states }) };
}

/**
 * Judges people again and counts what that changed, by segment. What an edit or an upload changes was no fault: it is not
 * counted, and is told with the cause that the run over everybody would have named.
 */
export async function judgeAgain(
	ids: readonly SeedId[],
	repaired: Record<string, number>,
	deps: JudgeDeps,
): Promise<void> {
	const { inForce, awaited } = await lookAgain(deps);
	const { compiled } = inForce;
	const causeIn = (segmentId: string) => ({ kind: awaited(segmentId) ?? ("reconcile" as const) });
	await inParallel(ids, async (profileId) => {
		const written = await updateMemberships({ profileId, compiled, causeIn }, deps);
		for (const { segmentId } of written) {
			if (awaited(segmentId) === undefined) repaired[segmentId] = (repaired[segmentId] ?? 0) + 1;
		}
	});
}
