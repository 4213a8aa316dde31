import { describe, expect, it } from "vitest";
import { drawExplanation } from "#cli/segments/draw-explanation.ts";
import type { Explained, ExplainSegmentAnswer } from "#contracts/http/admin-segments.ts";

const leaf = (text: string, over: Partial<Explained> = {}): Explained => ({
	...{ path: "when", text, isMet: true, nextChangeAt: null },
	...over,
});

const answer = (over: Partial<ExplainSegmentAnswer> = {}): ExplainSegmentAnswer => ({
	...{ segmentId: "buyers", segmentVersion: 1, profileId: "p-1", at: "2026-11-22T00:00:00.000Z" },
	membership: { state: "entered", at: "2026-11-01T10:00:00.000Z", cause: "event", leaf: "when.all.1" },
	...{ meets: true, nextChangeAt: "2026-12-01T10:05:00.000Z" },
	class: { kind: "tick", why: "time alone can change it" },
	readiness: { state: "live", reason: "fine" },
	condition: leaf("all of these"),
	...over,
});

describe("drawExplanation", () => {
	it("draws each condition with a tick or a cross, what was seen, and until when", () => {
		const condition = leaf("all of these", {
			parts: [
				leaf('tier is "gold"', { values: { value: "gold" } }),
				leaf("at least one of these", {
					parts: [
						leaf("did Order Completed at least 3 times", {
							values: { count: 4 },
							nextChangeAt: "2026-12-01T10:05:00.000Z",
						}),
						leaf("is on the list vip", { isMet: false, values: { uploads: null } }),
					],
				}),
				leaf("of the users of one of the accounts any meet: …", { isMet: null }),
			],
		});
		expect(drawExplanation(answer({ condition })).split("\n")).toEqual([
			"p-1 is in buyers since 2026-11-01 10:00 through an event (when.all.1)",
			"✓ all of these",
			'├ ✓ tier is "gold" (value gold)',
			"├ ✓ at least one of these",
			"│ ├ ✓ did Order Completed at least 3 times (count 4) … until 2026-12-01 10:05",
			"│ └ ✗ is on the list vip (uploads none)",
			"└ ? of the users of one of the accounts any meet: …",
			"leaves on 2026-12-01 10:05 UTC if nothing happens",
			"tick: time alone can change it",
		]);
	});

	it("says when somebody who is not in it enters by himself", () => {
		const membership = { state: "never", at: null, cause: null, leaf: null } as const;
		const lines = drawExplanation(answer({ membership, meets: false })).split("\n");
		expect(lines[0]).toBe("p-1 is not in buyers, and never was");
		expect(lines).toContain("enters on 2026-12-01 10:05 UTC if nothing happens");
	});

	it("says so where the segment is not ready, and where its list of members is not what its conditions say", () => {
		const readiness = { state: "building", reason: "Everybody is being judged." } as const;
		const drawn = drawExplanation(answer({ readiness, meets: false, nextChangeAt: null }));
		expect(drawn).toContain("the segment is building: Everybody is being judged.");
		expect(drawn).toContain("now the person does not meet its conditions: that shows with the next look");
		expect(drawn).not.toContain("if nothing happens");
	});

	it("promises nothing where only the scheduled run can tell", () => {
		expect(drawExplanation(answer({ meets: null }))).not.toMatch(/if nothing happens|next look/);
	});

	it("says what a condition of several events saw in words: moments to the minute, of many the last", () => {
		const chain = (n: number) => ({
			key: `C-${n}`,
			end: `2026-11-1${n}T11:30:19.547Z`,
			...(n === 4 && { isAnswered: true }),
		});
		const drawn = (...chains: number[]) =>
			drawExplanation(answer({ condition: leaf("did a, then not b", { values: { chains: chains.map(chain) } }) }));
		expect(drawn(1)).toContain("did a, then not b (chains [key C-1, end 2026-11-11 11:30])");
		expect(drawn()).toContain("(chains [])");
		expect(drawn(1, 2, 3, 4)).toContain(
			"(chains [1 more; key C-2, end 2026-11-12 11:30; key C-3, end 2026-11-13 11:30; key C-4, end 2026-11-14 11:30, isAnswered true])",
		);
	});

	it("shows nothing that could play with the terminal", () => {
		const drawn = drawExplanation(answer({ condition: leaf("\u001b[31mred", { values: { value: "\u001b[2J" } }) }));
		expect(drawn).toContain("\\u001b[31mred (value \\u001b[2J)");
		expect(drawn).not.toContain("\u001b");
	});
});
