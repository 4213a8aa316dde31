import type { SegmentVolumeChanged } from "#contracts/bus/segment-volume-changed.ts";
import type { VolumeAlarm } from "#contracts/definitions/segment.ts";
import type { VolumeStanding } from "./ports.ts";

type Measured = {
	readonly size: number;
	/** What it was when it was measured before; absent the first time. */
	readonly before?: { readonly size: number; readonly standing: readonly VolumeStanding[] };
};

/** What the alarm says from now on, and what of it is news. */
export type Watched = {
	readonly standing: readonly VolumeStanding[];
	readonly reasons: SegmentVolumeChanged["reasons"];
};

/**
 * What a segment's alarm says of its size. That it is above or below what is expected is news when it begins to be so, and
 * again after it was not; that it changed by more is news each time. From nothing to anything is more than any per cent.
 */
export function watchVolume(alarm: VolumeAlarm | undefined, { size, before }: Measured): Watched {
	const { above = Number.POSITIVE_INFINITY, below = 0, changePercent } = alarm ?? {};
	const standing: VolumeStanding[] = [
		...(size > above ? ["above" as const] : []),
		...(size < below ? ["below" as const] : []),
	];
	const begun = standing.filter((each) => !before?.standing.includes(each));
	const isChanged = before !== undefined && changePercent !== undefined && percent(before.size, size) >= changePercent;
	return { standing, reasons: [...begun, ...(isChanged ? ["changed" as const] : [])] };
}

function percent(before: number, size: number): number {
	if (before === size) return 0;
	return before === 0 ? Number.POSITIVE_INFINITY : (Math.abs(size - before) / before) * 100;
}
