import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fixed, moving } from "#contracts/definitions/build-comparison.ts";
import * as groups from "#contracts/definitions/build-condition.ts";
import * as events from "#contracts/definitions/build-event.ts";
import { condition } from "#contracts/definitions/condition.ts";
import { segment } from "#contracts/definitions/segment.ts";

/** Each example of the guide: what stands in its YAML, and the TypeScript that comes right after it. */
const text = readFileSync("docs/how-to/define-a-segment.md", "utf8");
const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```[\s\S]*?```ts\n([\s\S]*?)```/g)].map(
	([, yaml = "", code = ""]) => ({
		yaml: parse(yaml) as Record<string, unknown>,
		code: code.replace(/;\s*$/, ""),
	}),
);

/** What an expression of the guide answers, with the names in scope that it uses. */
function run(code: string): unknown {
	const scope = { ...groups, ...events, fixed, moving };
	return runInNewContext(`(${code})`, scope);
}

describe("the guide to segments", () => {
	it("begins with a whole segment", () => {
		const [first] = examples;
		expect(run(first?.code ?? "")).toEqual(segment.parse(first?.yaml));
	});

	const leaves = examples.slice(1);
	it.each(leaves)("says the same in YAML and in TypeScript: $code", ({ yaml, code }) => {
		expect(run(code)).toMatchObject({ condition: condition.parse(yaml) });
	});

	it("shows every kind of condition, and every operator in its table", () => {
		const shown = JSON.stringify(examples.map(({ yaml }) => yaml));
		for (const kind of "trait event lastEvent sequence segment consent bucket list account all any none".split(" ")) {
			expect(shown).toContain(`"${kind}":`);
		}
		const operators = Object.values({ ...fixed, ...moving }).map(
			(build) => (build as (value?: unknown) => { op: string })().op,
		);
		expect(operators.length).toBeGreaterThan(20);
		for (const op of operators) expect(text).toMatch(new RegExp(`\\|.*\`${op}\``));
	});
});
