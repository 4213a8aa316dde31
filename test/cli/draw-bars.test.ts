import { describe, expect, it } from "vitest";
import { minuteOf, secondsInWords, shareBar, sparkline } from "#cli/draw-bars.ts";

describe("sparkline", () => {
	it("draws the least as the lowest bar and the greatest as the highest", () => {
		expect(sparkline([0, 50, 100, 1])).toBe("▁▅█▁");
	});

	it("draws what stays the same as one line, nothing at the bottom", () => {
		expect(sparkline([7, 7, 7])).toBe("▅▅▅");
		expect(sparkline([0, 0])).toBe("▁▁");
		expect(sparkline([])).toBe("");
	});

	it("draws many in little room, and always the last", () => {
		const line = sparkline([...Array.from({ length: 999 }, () => 1), 9], 10);
		expect(line).toBe("▁▁▁▁▁▁▁▁▁█");
	});
});

describe("shareBar", () => {
	it.each([
		[0, "░░░░"],
		[0.001, "█░░░"],
		[0.5, "██░░"],
		[1, "████"],
		[7, "████"],
	])("draws %s as %s", (share, bar) => {
		expect(shareBar(share, 4)).toBe(bar);
	});
});

describe("times in words", () => {
	it.each([
		[0, "0 s"],
		[119.6, "120 s"],
		[180, "3 min"],
		[7200, "2 h"],
		[200_000, "2 d"],
	])("says %s seconds as %s", (seconds, words) => {
		expect(secondsInWords(seconds)).toBe(words);
	});

	it("says a moment to the minute", () => {
		expect(minuteOf("2026-12-01T10:05:59.999Z")).toBe("2026-12-01 10:05");
	});
});
