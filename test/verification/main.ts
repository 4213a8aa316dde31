// `npm run verification`: puts the table of what was verified into the README, from the report of the last `npm test`.
// With `--check` it changes nothing, and ends with 1 when the README says something else than what ran.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { HOPS } from "./hops.ts";
import { type Report, verdictOf } from "./report.ts";
import { drawTable, withTable, wordsOf } from "./table.ts";

/** Where `test/run.mjs` leaves it. */
const REPORT = ".build/test-report.json";
const README = "README.md";

function main(isCheck: boolean): number {
	if (!existsSync(REPORT)) return say("nothing has run: `npm test` comes first", 1);
	const report = JSON.parse(readFileSync(REPORT, "utf8")) as Report;
	const before = readFileSync(README, "utf8");
	const after = withTable(
		before,
		drawTable(HOPS, (evidence) => verdictOf(evidence, report, process.cwd())),
	);
	if (wordsOf(after) === wordsOf(before)) return say("the README's table is what ran", 0);
	if (isCheck) return say("the README's table is not what ran: `npm test && npm run verification` writes it", 1);
	writeFileSync(README, after);
	return say("wrote what ran into the README's table", 0);
}

function say(line: string, exitCode: number): number {
	process.stdout.write(`${line}\n`);
	return exitCode;
}

process.exitCode = main(process.argv.includes("--check"));
