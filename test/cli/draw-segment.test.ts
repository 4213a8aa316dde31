import { describe, expect, it } from "vitest";
import { drawHistory, drawMembers, drawSegment, drawSegments } from "#cli/segments/draw-segment.ts";
import type { SegmentAnswer } from "#contracts/http/admin-segments.ts";

const AT = "2026-11-22T10:00:00.000Z";
const segment = (over: Partial<SegmentAnswer> = {}): SegmentAnswer => ({
	...{ id: "buyers", name: "Buyers", version: 2, appliedAt: AT, size: 1234, sizeAt: AT, freshnessSeconds: 20 },
	class: { kind: "tick", why: "time alone can change it" },
	readiness: { state: "live", reason: "It follows with each event." },
	condition: "did Order Completed in the last 30 days",
	measures: [{ about: "how many Order Completed", isFilled: false, since: AT, sharedWith: ["best", "gone"] }],
	...{ recomputedAt: AT, reconciled: null, volume: [] },
	...over,
});

describe("drawSegment", () => {
	it("says whether one may rely on it, how large and how fresh it is, and what it means", () => {
		const lines = drawSegment(segment()).split("\n");
		expect(lines.slice(0, 7)).toEqual([
			"segment buyers (Buyers): live, 1234 members, counted 2026-11-22 10:00",
			"It follows with each event.",
			"meets: did Order Completed in the last 30 days",
			"class: tick, time alone can change it",
			"fresh within: 20 s",
			"version: 2, applied 2026-11-22 10:00",
			"everybody judged: 2026-11-22 10:00",
		]);
		expect(lines.join("\n")).toMatch(/how many Order Completed +│ 2026-11-22 10:00 +│ being filled in +│ best, gone/);
	});

	it("tells what the comparison with the archive repaired, and what its alarm says", () => {
		const drawn = drawSegment(segment({ reconciled: { at: AT, repaired: 3 }, volume: ["above"], measures: [] }));
		expect(drawn).toContain("compared with the archive: 2026-11-22 10:00, 3 memberships repaired");
		expect(drawn).toContain("its size is above what its alarm allows");
		expect(drawn).toContain("kept of events: nothing");
	});
});

describe("drawSegments", () => {
	it("draws a line for each, also for one of which little is known yet", () => {
		const { measures: _, ...known } = segment({ size: 12_345 });
		const fresh = { ...known, id: "new", size: null, sizeAt: null, freshnessSeconds: null };
		const drawn = drawSegments({ segments: [known, fresh] });
		expect(drawn).toMatch(/│ buyers +│ live +│ 12,345 +│ 2026-11-22 10:00 │ tick +│ 20 s +│ 2 /);
		expect(drawn).toMatch(/│ new +│ live +│ not counted yet │ +│ tick +│ not known +│/);
		expect(drawSegments({ segments: [] })).toMatch(/no segment is in force/);
	});
});

describe("drawHistory", () => {
	it("draws a line over all of it, the oldest first, then the latest with what changed", () => {
		const sizes = [30, 20, 40, 10].map((size, i) => ({ at: `2026-11-${22 - i}T03:00:00.000Z`, size, version: 1 }));
		const lines = drawHistory({ id: "buyers", sizes, days: [] }).split("\n");
		expect(lines[0]).toBe("buyers  ▁█▃▆  10 to 40, 2026-11-19 03:00 to 2026-11-22 03:00");
		expect(lines.join("\n")).toMatch(
			/2026-11-22 03:00 │ 30 +│ \+10 .*2026-11-21 03:00 │ 20 +│ -20 .*2026-11-19 03:00 │ 10 +│ {8}/s,
		);
	});

	it("says so where nothing was measured, and how much it does not show", () => {
		expect(drawHistory({ id: "buyers", sizes: [], days: [] })).toMatch(/not measured yet/);
		const sizes = Array.from({ length: 12 }, () => ({ at: AT, size: 1, version: 1 }));
		expect(drawHistory({ id: "buyers", sizes, days: [] })).toContain("… and 2 earlier");
	});

	it("says who came and went by days, also before anything was measured", () => {
		const days = Array.from({ length: 11 }, (_, i) => ({ day: `2026-11-${22 - i}`, entered: 1200 - i, exited: i }));
		const drawn = drawHistory({ id: "buyers", sizes: [], days });
		expect(drawn).toMatch(/not measured yet.*2026-11-22 +│ 1,200 +│ 0 .*2026-11-13 +│ 1,191 +│ 9 /s);
		expect(drawn).toContain("… and 1 days before");
	});
});

describe("drawMembers", () => {
	it("says so where there is nobody, and where there are more", () => {
		expect(drawMembers({ members: [] })).toBe("it has no members");
		expect(drawMembers({ members: [{ profileId: "p-1", enteredAt: AT }], cursor: "c" })).toContain(
			"--limit shows more",
		);
	});
});
