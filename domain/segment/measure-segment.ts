import type { SegmentVolumeChanged } from "#contracts/bus/segment-volume-changed.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { Applied } from "#domain/model/definitions.ts";
import type { Memberships, Recomputes, SegmentState } from "./ports.ts";
import { watchVolume } from "./watch-volume.ts";

type Deps = {
	readonly memberships: Pick<Memberships, "size">;
	readonly recomputes: Pick<Recomputes, "states" | "saveState">;
	readonly now: () => Date;
	readonly onVolume: (segmentId: string, size: number, reasons: readonly string[]) => void;
};

/** Counts a segment's members, keeps the number, and says so where its alarm expects another. `judgedAt`: when the run began. */
export async function measureSegment(segment: Applied<Segment>, judgedAt: string, deps: Deps): Promise<void> {
	const before = (await deps.recomputes.states([segment.id])).get(segment.id);
	const [size, measuredAt] = [await deps.memberships.size(segment.id), deps.now().toISOString()];
	const { standing, reasons } = watchVolume(segment.alarm, { size, ...(before && { before }) });
	const state = { version: segment.version, size, recomputedAt: judgedAt, measuredAt, standing };
	if (reasons.length === 0) return deps.recomputes.saveState(segment.id, state);
	deps.onVolume(segment.id, size, reasons);
	return deps.recomputes.saveState(segment.id, state, newsOf(segment.id, state, { before, reasons }));
}

const newsOf = (
	segmentId: string,
	{ version, size, measuredAt }: Omit<SegmentState, "reconciled">,
	{ before, reasons }: { readonly before: SegmentState | undefined; readonly reasons: SegmentVolumeChanged["reasons"] },
): SegmentVolumeChanged => ({
	version: 1,
	segmentId,
	segmentVersion: version,
	at: measuredAt,
	size,
	...(before && { before: { size: before.size, at: before.measuredAt } }),
	reasons,
});
