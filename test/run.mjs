// `npm test`: everything that can run here. Plain JavaScript, so that any Node from 20 on can start it.
// Parts that need another program run where it is found; what was left out is said in one line, and is a failure in CI.
// `node test/run.mjs domain lib` runs only those projects of vitest.config.ts; further words after `--` go to vitest.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "../cli/install.mjs";
import { findChromium } from "./support/find-chromium.mjs";
import { findDynamoDbLocal } from "./support/find-dynamodb-local.mjs";
import { findPython } from "./support/find-python.mjs";

const PLAIN = [
	"domain",
	"contracts",
	"adapters",
	"functions",
	"golden",
	"demo",
	"architecture",
	"verification",
	"cost",
	"security",
	"chaos",
	"local",
	"cli",
	"sdk",
	"lib",
];
const NEEDS = [
	{
		projects: ["browser"],
		found: findChromium,
		missing: "Chromium was not found: install it (Debian: apt-get install chromium) or set TUTTI_CHROMIUM to its path",
	},
	{
		projects: ["wire", "aws"],
		found: findPython,
		missing: "no Python with MiniStack and moto was found: run `npm run setup:python`",
	},
	{
		projects: ["dynamodb-local"],
		found: findDynamoDbLocal,
		missing: "DynamoDB Local was not found: run `npm run setup:dynamodb-local` (it needs Java and Maven)",
		// Its licence keeps it out of what is installed unasked.
		isOptional: true,
	},
];

const [wanted, passedOn] = splitArguments(process.argv.slice(2));
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

ensureInstalled();
const { projects, skipped, optional } = chooseProjects();
const report = await runVitest(projects);
for (const line of [...skipped, ...optional]) console.log(`skipped ${line}`);
const isWhole = wanted.length === 0 && passedOn.length === 0;
const readme = process.env.CI === "true" && isWhole ? checkReadme() : 0;
process.exitCode = judge(report) || readme;

function splitArguments(words) {
	const at = words.indexOf("--");
	return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
}

function chooseProjects() {
	const chosen = PLAIN.filter(isWanted);
	const left = [];
	const optional = [];
	for (const need of NEEDS) {
		const asked = need.projects.filter(isWanted);
		if (asked.length === 0) continue;
		if (need.found()) chosen.push(...asked);
		else (need.isOptional ? optional : left).push(`${asked.join(" and ")}: ${need.missing}`);
	}
	return { projects: chosen, skipped: left, optional };
}

/** Runs vitest under the pinned Node and reads its own JSON report; undefined when it wrote none. */
async function runVitest(names) {
	if (names.length === 0) return undefined;
	const folder = mkdtempSync(join(tmpdir(), "tutti-test-"));
	const outputFile = join(folder, "report.json");
	const args = [
		"node_modules/vitest/vitest.mjs",
		"run",
		"--reporter=default",
		"--reporter=json",
		`--outputFile.json=${outputFile}`,
		...names.flatMap((name) => ["--project", name]),
		...passedOn,
	];
	const bin = join(process.cwd(), "node_modules", ".bin");
	const child = spawn(join(bin, "node"), args, {
		stdio: "inherit",
		env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` },
	});
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
	const exitCode = await new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
	if (existsSync(outputFile)) {
		// `npm run verification` writes the README's table from the last run.
		mkdirSync(".build", { recursive: true });
		copyFileSync(outputFile, join(".build", "test-report.json"));
	}
	const read = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, "utf8")) : undefined;
	rmSync(folder, { recursive: true, force: true });
	return read && { ...read, exitCode };
}

/** Whether the README's table of what was verified says what this run has shown. */
function checkReadme() {
	const node = join("node_modules", ".bin", "node");
	const args = ["--disable-warning=ExperimentalWarning", "test/verification/main.ts", "--check"];
	return spawnSync(node, args, { stdio: "inherit" }).status ?? 1;
}

/** Prints the closing line from vitest's report and says how the process ends. A file that could not be loaded has failed. */
function judge(read) {
	if (!read) {
		console.log("0 passed, 1 failed, 0 skipped");
		return 1;
	}
	const unloaded = read.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
	for (const file of unloaded) console.log(`could not be loaded: ${file.name}`);
	const failed = read.numFailedTests + unloaded.length;
	const left = read.numPendingTests + read.numTodoTests;
	const strict = process.env.CI === "true" && (skipped.length > 0 || left > 0);
	if (strict) console.log("a skip is a failure in CI");
	console.log(`${read.numPassedTests} passed, ${failed} failed, ${left} skipped`);
	return read.exitCode !== 0 || failed > 0 || read.numPassedTests === 0 || strict ? 1 : 0;
}
