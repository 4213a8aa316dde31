// `npm run nightly`: every law ten thousand times, for a machine that has the night for it (about an hour and a half of one core).
// Plain JavaScript, as test/run.mjs. `npm run nightly -- link-stars explain` runs only the files with such a word in their
// path; TUTTI_LAW_RUNS says another number of runs. A counterexample is printed with its seed, and the process ends with 1.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const RUNS = process.env.TUTTI_LAW_RUNS ?? "10000";
const JOBS = Math.max(1, Math.floor(availableParallelism() / 2));
const SAYS_MINUTES = 5;

const began = Date.now();
const children = new Set();
const files = lawFiles(process.argv.slice(2));
if (files.length === 0) throw new Error("no property test has such a word in its path");
console.log(`nightly: ${files.length} files of laws, ${RUNS} runs each, ${JOBS} at once`);
const results = await inTurn(files);
process.exitCode = close(results);

/** Every test file that honours TUTTI_LAW_RUNS, itself or by `lawRuns`; so a new law need not be listed anywhere. */
function lawFiles(words) {
	return readdirSync("test", { recursive: true })
		.map((name) => join("test", name).replaceAll("\\", "/"))
		.filter((name) => name.endsWith(".test.ts"))
		.filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
		.filter((name) => /TUTTI_LAW_RUNS|lawRuns\(/.test(readFileSync(name, "utf8")))
		.sort();
}

async function inTurn(names) {
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
	const [left, under, done] = [[...names], new Map(), []];
	const beat = setInterval(() => console.log(status(under)), SAYS_MINUTES * 60_000);
	const worker = async () => {
		for (let name = left.shift(); name; name = left.shift()) {
			under.set(name, Date.now());
			const result = await runFile(name);
			under.delete(name);
			done.push(result);
			console.log(`${done.length} of ${names.length}: ${name}: ${tally(result)} (${since(result.began)})`);
			if (result.exitCode !== 0) console.log(result.output);
		}
	};
	await Promise.all(Array.from({ length: JOBS }, worker));
	clearInterval(beat);
	return done;
}

/** One file in the way of `npm test`, whose closing line says how it went. */
function runFile(name) {
	const project = name.split("/")[1];
	const env = { ...process.env, TUTTI_LAW_RUNS: RUNS, NO_COLOR: "1" };
	const child = spawn(process.execPath, ["test/run.mjs", project, "--", name], { env });
	children.add(child);
	const started = Date.now();
	let output = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (output += piece));
	return new Promise((answer) =>
		child.on("close", (code) => {
			children.delete(child);
			answer({ name, exitCode: code ?? 1, output, began: started, ...countsIn(output) });
		}),
	);
}

/** What runs is told, and no other file begins. */
function stop() {
	for (const child of children) child.kill();
	process.exit(1);
}

function countsIn(output) {
	const [, passed = 0, failed = 1, skipped = 0] =
		/(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(output.trimEnd()) ?? [];
	return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

function tally({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function status(under) {
	return `… ${since(began)}: at ${[...under].map(([name, from]) => `${name} (${since(from)})`).join(", ")}`;
}

function since(from) {
	const seconds = Math.round((Date.now() - from) / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function close(all) {
	const sum = (what) => all.reduce((total, result) => total + result[what], 0);
	const bad = all.filter(({ exitCode }) => exitCode !== 0);
	for (const { name } of bad) console.log(`failed: ${name}`);
	const counts = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
	console.log(`nightly: ${RUNS} runs of each law, ${tally(counts)}, ${since(began)}`);
	return bad.length > 0 ? 1 : 0;
}
