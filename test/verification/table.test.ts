import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HOPS } from "./hops.ts";
import { type Report, verdictOf } from "./report.ts";
import { type Claim, drawTable, type Hop, withTable, wordsOf } from "./table.ts";

const FILE = "test/domain/x.test.ts";

/** A run of one file, with the titles of its tests and how each ended. */
const aReport = (tests: Readonly<Record<string, string>>, status = "passed"): Report => ({
	testResults: [
		{
			name: `/repository/${FILE}`,
			status,
			assertionResults: Object.entries(tests).map(([fullName, ended]) => ({ fullName, status: ended })),
		},
	],
});

const drawn = (claim: Claim, report: Report): string => {
	const hop: Hop = { hop: "a hop", machine: [claim], emulated: [], aws: [] };
	const table = drawTable([hop], (evidence) => verdictOf(evidence, report, "/repository"));
	return table.split("\n").at(-1) ?? "";
};

describe("a claim", () => {
	const claim: Claim = { says: "it flies", shownBy: [`${FILE}#flies`] };

	it("stands with its tests when all that shows it ran and passed, whatever else did", () => {
		const ran = aReport({ "a bird flies": "passed", "a stone sinks": "failed" });
		expect(drawn(claim, ran)).toBe(`| a hop | it flies ([domain/x](${FILE})) | not verified | not verified |`);
	});

	it.each([
		["one of its tests failed", aReport({ "a bird flies": "passed", "a stone flies": "failed" })],
		["one of its tests was skipped", aReport({ "a bird flies": "skipped" })],
		["none of its tests ran", aReport({ "a stone sinks": "passed" })],
		["its file could not be loaded", aReport({}, "failed")],
		["nothing ran", { testResults: [] }],
	])("is not verified when %s", (_, report) => {
		expect(drawn(claim, report)).toBe("| a hop | not verified: it flies | not verified | not verified |");
	});

	it("that needs a program of its own stands when it did not run, and not when it failed", () => {
		const optional = { ...claim, isOptional: true };
		expect(drawn(optional, aReport({}))).toContain("| it flies (");
		expect(drawn(optional, aReport({ "a bird flies": "failed" }))).toContain("not verified: it flies");
	});
});

describe("the README's table", () => {
	const readme = readFileSync("README.md", "utf8");

	it("is what is claimed, where everything passes: `npm run verification` writes it", () => {
		const drawn = withTable(
			readme,
			drawTable(HOPS, () => "passed"),
		);
		expect(wordsOf(drawn)).toBe(wordsOf(readme));
	});

	it("names tests that are there", () => {
		const cells = HOPS.flatMap(({ machine, emulated, aws }) => [...machine, ...emulated, ...aws]);
		const files = cells.flatMap((part) =>
			"gap" in part ? [] : part.shownBy.map((evidence) => evidence.split("#")[0]),
		);
		expect(files.length).toBeGreaterThan(20);
		expect(files.filter((file) => !existsSync(file ?? ""))).toEqual([]);
	});
});
