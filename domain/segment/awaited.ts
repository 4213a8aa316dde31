import type { Segment } from "#contracts/definitions/segment.ts";
import type { MembershipCause } from "#domain/model/membership.ts";
import { leavesIn } from "#domain/rules/walk-condition.ts";
import type { CompiledSegment } from "./compiled.ts";
import { type InForce, listsIn } from "./plan-recompute.ts";
import type { RecomputeRun, SegmentState } from "./ports.ts";

/** What the run over everybody has yet to bring a segment's memberships in line with, as the cause that it will name. */
export type Awaited = Extract<MembershipCause["kind"], "edit" | "list" | "recompute">;

type Found = { readonly run: RecomputeRun | undefined; readonly states: ReadonlyMap<string, SegmentState> };

/**
 * Tells of each segment what it waits for; undefined where everybody was judged by what is in force. Whoever is stored otherwise
 * while it waits is no fault that a comparison finds: nobody has come to him yet.
 */
export function awaitedIn(
	{ workspace, compiled }: Pick<InForce, "workspace" | "compiled">,
	{ run, states }: Found,
): (segmentId: string) => Awaited | undefined {
	const definitions = new Map(workspace.segments.map((segment) => [segment.id, segment]));
	const ready = new Map(compiled.segments.map((segment) => [segment.id, segment]));
	const isEdited = (id: string) => states.get(id)?.version !== definitions.get(id)?.version;
	const isRelisted = (list: string) =>
		(workspace.lists?.get(list) ?? 0) !== (run?.lists[list] ?? 0) ||
		(run?.phase !== "over" && run?.relisted.includes(list) === true);
	const isTraitEdited = ({ id, traits }: CompiledSegment) =>
		(workspace.traits ?? []).some(
			({ trait, appliedAt }) => traits.has(trait) && appliedAt > (states.get(id)?.recomputedAt ?? ""),
		);
	return (id) => {
		const segment = ready.get(id);
		if (!segment || isEdited(id)) return "edit";
		if ([...listsIn(segment.root)].some(isRelisted)) return "list";
		return [...segmentsIn(id, definitions)].some(isEdited) || isTraitEdited(segment) ? "recompute" : undefined;
	};
}

/** The segments whose conditions stand in one's, and in theirs. */
function segmentsIn(
	id: string,
	definitions: ReadonlyMap<string, Segment>,
	found = new Set<string>(),
): ReadonlySet<string> {
	const segment = definitions.get(id);
	for (const { leaf } of segment ? leavesIn(segment.when) : []) {
		if (!("segment" in leaf) || found.has(leaf.segment)) continue;
		found.add(leaf.segment);
		segmentsIn(leaf.segment, definitions, found);
	}
	return found;
}
