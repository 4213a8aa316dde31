import { readFileSync } from "node:fs";
import { NIST80053R5Checks } from "cdk-nag";
import { expect, it } from "vitest";
import { prod } from "./synth.ts";

const PAGE = "docs/nist-800-53-r5.md";

const reviewed = readFileSync(PAGE, "utf8")
	.split("\n")
	.filter((line) => /^\| [A-Za-z0-9]+ +\| /.test(line) && !line.startsWith("| Rule "))
	.map((line) => line.split("|").map((cell) => cell.trim()))
	.map(([, rule = "", why = "", toComply = ""]) => ({ rule, why, toComply }));

it("finds of NIST 800-53 R5 what was gone through, and nothing else", () => {
	const { violations } = new NIST80053R5Checks().validateScope(prod().app);
	const found = new Set(violations.map(({ ruleName }) => ruleName.replace("NIST.800.53.R5-", "").replace(/\[.*$/, "")));
	expect([...found].sort()).toEqual(reviewed.map(({ rule }) => rule));
});

it.each(reviewed)("says of $rule why it stays and what would change it", ({ why, toComply }) => {
	expect(why.length).toBeGreaterThan(60);
	expect(toComply.length).toBeGreaterThan(10);
});
