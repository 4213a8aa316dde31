import { describe, expect, it } from "vitest";
import { drawPreview } from "#cli/segments/draw-preview.ts";
import type { PreviewAnswer } from "#contracts/http/admin-segments.ts";

const preview = (over: Partial<PreviewAnswer> = {}): PreviewAnswer => ({
	...{ segmentId: "winback", condition: "did Order Completed", size: 12_300, low: 11_900, high: 12_700 },
	class: { kind: "tick", why: "time alone can change it" },
	...{ isExact: false, people: 300_000, lookedAt: 10_000, asOf: "2026-11-22T03:00:00.000Z" },
	members: ["p-1", "p-2", "p-3", "p-4", "p-5", "p-6"],
	overlap: [{ segmentId: "gold", size: 6_150, low: 6000, high: 6300 }],
	...over,
});

describe("drawPreview", () => {
	it("says how large it would be, how surely, and by whom one knows", () => {
		expect(drawPreview(preview()).split("\n").slice(0, 5)).toEqual([
			"winback: about 12,300 people (with 95 % certainty 11,900 to 12,700), 4.1 % of 300,000",
			"█░░░░░░░░░░░░░░░░░░░ 10000 people drawn by lot were looked at, as of 2026-11-22 03:00 UTC",
			"meets: did Order Completed",
			"would be: tick, time alone can change it",
			"such as: p-1, p-2, p-3, p-4, p-5",
		]);
	});

	it("draws what it shares with others as a share of it", () => {
		expect(drawPreview(preview())).toMatch(/│ gold +│ 6,150 +│ █{10}░{10} 50 % +│/);
		expect(drawPreview(preview({ overlap: [] }))).toContain("in other segments: nobody");
	});

	it("claims certainty only where everybody was looked at", () => {
		const exact = preview({ segmentId: null, isExact: true, size: 1, low: 1, high: 1, people: 1, lookedAt: 1 });
		expect(drawPreview(exact)).toMatch(/^the condition: 1 person, 100 % of 1\n█{20} everybody was looked at, as of /);
		expect(drawPreview(preview({ isExact: true, size: 0, people: 0, members: [] }))).toMatch(
			/^winback: 0 people, 0\.0 % of 0\n░{20} /,
		);
	});
});
