import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { progressBar } from "#cli/progress.ts";
import { measureMaximum, type Overloaded, overload, plainBatches, type Soaked, shopBatch, soak } from "./phases.ts";
import { startSoakServer } from "./server.ts";
import { judgeOverload, judgeSoak, type Verdict } from "./verdicts.ts";

/**
 * `npm run soak`: half an hour at 70 % of what this machine can do, then a minute and a half at twice what it can do, and a verdict on
 * what stayed flat, what grew with data, what was refused and whether what was accepted is there. `-- --minutes 2` is shorter,
 * `-- --rate 500` (events a second) spares the measuring. Exit code 1 when something is not as it should be.
 */
const { values } = parseArgs({
	options: {
		minutes: { type: "string", default: "30" },
		rate: { type: "string" },
		measure: { type: "string", default: "60" },
		overload: { type: "string", default: "90" },
	},
});
const SHARE = 0.7;
const TIMES = 2;
const MEASURE_PLAIN_SECONDS = 20;
/** Samples of a soak: enough for the tests, and few enough that looking costs nothing. */
const SAMPLES = 180;

const seconds = Math.round(Number(values.minutes) * 60);
const server = await startSoakServer();
try {
	const maximum =
		values.rate === undefined ? await measured(Number(values.measure), shopBatch) : Number(values.rate) / SHARE;
	console.log(`at most ${Math.round(maximum)} events/s go through; the soak sends ${Math.round(maximum * SHARE)}`);
	const soaked = await during("soaking   ", seconds, (onSecond) =>
		soak(server, {
			eventsPerSecond: maximum * SHARE,
			seconds,
			everySeconds: Math.max(1, Math.round(seconds / SAMPLES)),
			onSecond,
		}),
	);
	const verdicts = judgeSoak(soaked);
	console.log(String(soakTable(verdicts)));
	// The overload's events are cheaper than the shop's, so twice the shop's might be no overload.
	const plain = await measured(MEASURE_PLAIN_SECONDS, plainBatches("measured"));
	const over = await during("overload  ", Number(values.overload), (onSecond) =>
		overload(server, { eventsPerSecond: plain * TIMES, seconds: Number(values.overload), onSecond }),
	);
	const lines = judgeOverload(over);
	console.log(`of plain events at most ${Math.round(plain)}/s go through; twice that for ${over.seconds} s:`);
	for (const { words, isGood } of lines) console.log(`${isGood ? "✓" : "✗"} ${words}`);
	console.log(
		`done with all of it ${over.recoveredIn.toFixed(1)} s later; at most ${Math.round(over.memoryMb)} MB of memory`,
	);
	writeReport({ maximum, plain, seconds, soaked, verdicts, over });
	process.exitCode = [...verdicts, ...lines].every(({ isGood }) => isGood) ? 0 : 1;
} finally {
	await server.close();
}

async function measured(length: number, batch: () => readonly object[]): Promise<number> {
	console.log(`measuring for ${length} s how much goes through …`);
	return await measureMaximum(server, { seconds: length, batch });
}

async function during<T>(
	title: string,
	length: number,
	work: (onSecond: (passed: number) => void) => Promise<T>,
): Promise<T> {
	const bar = progressBar(title, length, "s");
	try {
		return await work((passed) => bar.to(passed));
	} finally {
		bar.end();
	}
}

function soakTable(verdicts: readonly Verdict[]) {
	const table = new Table({ head: ["", "course", "first", "last", "verdict"], style: { head: [], border: [] } });
	const shown = (value: number, unit: string) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`.trim();
	for (const { what, unit, line, first, last, words, isGood } of verdicts) {
		table.push([`${isGood ? "✓" : "✗"} ${what}`, line, shown(first, unit), shown(last, unit), words]);
	}
	return table;
}

type Report = {
	maximum: number;
	plain: number;
	seconds: number;
	soaked: Soaked;
	verdicts: readonly Verdict[];
	over: Overloaded;
};

function writeReport(report: Report) {
	const folder = "bench/results";
	mkdirSync(folder, { recursive: true });
	const at = new Date().toISOString();
	const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
	const file = `${folder}/soak-${at.replaceAll(":", "-")}.json`;
	writeFileSync(file, `${JSON.stringify({ at, machine, ...report }, null, "\t")}\n`);
	console.log(`written to ${file}`);
}
