import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { Asked } from "#domain/segment/asked.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import type { Facts } from "#domain/segment/compiled.ts";
import { askCondition } from "#domain/segment/evaluate-condition.ts";
import { generateTest } from "#domain/segment/generate-test.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import { sharpen } from "#domain/segment/sharpen.ts";
import { factsOf, personOf } from "#test/support/folded-facts.ts";
import { RANDOM_NOW, randomCondition, randomEvents } from "#test/support/random-conditions.ts";
import { AT } from "#test/support/tracked.ts";

const NOW = RANDOM_NOW;
const ask = (when: Condition): Asked =>
	askCondition(readCondition(when, { segments: new Map() }), {
		keyOf: () => "k",
		computed: () => undefined,
		hash: sha256,
	});
const factsWith = (name: string, value: string): Facts => ({
	...factsOf(personOf([]), { measures: new Map() }, NOW),
	traits: { [name]: { value } },
});

describe("code of a condition's own", { timeout: 60_000 }, () => {
	it("answers as the closures do, in whatever order parts are asked", () => {
		fc.assert(
			fc.property(randomCondition, randomEvents, fc.boolean(), (when, events, isTurned) => {
				const compiled = compileSegments([{ id: "s", when, version: 1, appliedAt: AT }], sha256);
				const facts = factsOf(personOf(events), compiled, NOW);
				const asked = ask(when);
				const test = generateTest(asked, ({ parts }) => (isTurned ? parts.toReversed() : parts));
				expect(test?.(facts, NOW)).toBe(asked.test(facts, NOW));
			}),
			{ numRuns: 500 },
		);
	});

	it.each([`"`, "'", "`", "\\", "\n", "\u2028", `"]; throw 1; //`, "__proto__", "constructor", "*/"])(
		"takes %j for a name and a value, never for code",
		(text) => {
			for (const op of ["eq", "ne"] as const) {
				const test = generateTest(ask({ trait: `t${text}`, is: { op, value: text } }), ({ parts }) => parts);
				expect(test?.(factsWith(`t${text}`, text), NOW)).toBe(op === "eq");
				expect(test?.(factsWith(`t${text}`, "other"), NOW)).toBe(op === "ne");
			}
			const own = generateTest(ask({ trait: text, is: { op: "exists" } }), ({ parts }) => parts);
			expect(own?.(factsWith("other", ""), NOW)).toBe(false);
		},
	);

	it("takes over from the closures when a segment was asked often, and changes no answer", () => {
		const when: Condition = {
			all: [
				{ trait: "plan", is: { op: "in", value: ["gold", "silver"] } },
				{ none: [{ trait: "x", is: { op: "exists" } }] },
			],
		};
		const compiled = compileSegments([{ id: "s", when, version: 1, appliedAt: AT }], sha256);
		const [gold, free] = [factsWith("plan", "gold"), factsWith("plan", "free")];
		for (let i = 0; i < 10_100; i++) {
			if (
				compiled.evaluate("s", gold, NOW) &&
				!compiled.evaluate("s", free, NOW) &&
				!compiled.evaluate("gone", gold, NOW)
			)
				continue;
			expect.unreachable(`another answer the ${i}th time`);
		}
		expect(compiled.evaluate("s", gold, NOW)).toBe(true);
	});

	it("is made once, after ten thousand answers, and asks first what decided most often of what costs the same", () => {
		const made: string[] = [];
		const when: Condition = {
			all: [
				{ trait: "here", is: { op: "exists" } },
				{ trait: "plan", is: { op: "eq", value: "gold" } },
			],
		};
		const test = sharpen(ask(when), (code) => void made.push(String(code)));
		const people = ["free", "free", "gold"].map((plan) => ({
			...factsWith("plan", plan),
			traits: { plan: { value: plan }, here: { value: true } },
		}));
		const askAll = (times: number) => {
			for (let i = 0; i < times; i++) test(people[i % 3] ?? factsWith("plan", ""), NOW);
		};
		askAll(9_999);
		expect(made).toEqual([]);
		askAll(10_000);
		expect(made).toHaveLength(1);
		expect(made[0]).toMatch(/traits\["plan"\].*traits\["here"\]/);
	});
});
