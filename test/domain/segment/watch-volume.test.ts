import { expect, it } from "vitest";
import type { VolumeAlarm } from "#contracts/definitions/segment.ts";
import type { VolumeStanding } from "#domain/segment/ports.ts";
import { watchVolume } from "#domain/segment/watch-volume.ts";

it.each<{
	when: string;
	alarm?: VolumeAlarm;
	size: number;
	before?: { size: number; standing: VolumeStanding[] };
	says: ReturnType<typeof watchVolume>;
}>([
	{ when: "there is no alarm", size: 9, before: { size: 1, standing: [] }, says: { standing: [], reasons: [] } },
	{ when: "it is as it should be", alarm: { above: 9, below: 9 }, size: 9, says: { standing: [], reasons: [] } },
	{ when: "it is above at first", alarm: { above: 9 }, size: 10, says: { standing: ["above"], reasons: ["above"] } },
	{
		when: "it still is below",
		alarm: { below: 5 },
		size: 3,
		before: { size: 4, standing: ["below"] },
		says: { standing: ["below"], reasons: [] },
	},
	{
		when: "it is below no more",
		alarm: { below: 5 },
		size: 5,
		before: { size: 4, standing: ["below"] },
		says: { standing: [], reasons: [] },
	},
	{
		when: "it fell by as much as is said",
		alarm: { changePercent: 20 },
		size: 80,
		before: { size: 100, standing: [] },
		says: { standing: [], reasons: ["changed"] },
	},
	{
		when: "it grew by less",
		alarm: { changePercent: 20 },
		size: 119,
		before: { size: 100, standing: [] },
		says: { standing: [], reasons: [] },
	},
	{
		when: "there was nobody before",
		alarm: { changePercent: 10_000 },
		size: 1,
		before: { size: 0, standing: [] },
		says: { standing: [], reasons: ["changed"] },
	},
	{
		when: "there is nobody still",
		alarm: { changePercent: 1 },
		size: 0,
		before: { size: 0, standing: [] },
		says: { standing: [], reasons: [] },
	},
	{ when: "nothing is known of before", alarm: { changePercent: 1 }, size: 7, says: { standing: [], reasons: [] } },
])("says of a size, when $when, what is news", ({ alarm, size, before, says }) => {
	expect(watchVolume(alarm, { size, ...(before && { before }) })).toEqual(says);
});
