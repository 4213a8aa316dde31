import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { progressBar } from "#cli/progress.ts";
import { checkFaults } from "./check/faults.ts";
import type { Finding } from "./check/finding.ts";
import { fullDisk } from "./full-disk.ts";
import { liveThroughKills } from "./kill.ts";
import { openEmulator } from "./on-emulator.ts";
import { added, checksTable, countsLine, faultsTable, wrongLines } from "./report.ts";
import { judge, runStory, type StoryReport } from "./run-story.ts";

/**
 * `npm run chaos`: stories in which everything goes wrong, a server that is killed under load, and a disk that is really full;
 * then the proof, from the senders' own record of answers, that nothing was lost, doubled or made up. Stops by itself, and
 * ends with 1 when something is wrong. See docs/how-to/chaos.md.
 */
const { values } = parseArgs({
	options: {
		seed: { type: "string", default: "1" },
		stories: { type: "string" },
		events: { type: "string" },
		kills: { type: "string", default: "6" },
		on: { type: "string", default: "embedded" },
		only: { type: "string" },
	},
});

const isEmulator = values.on === "emulator";
const [seed, stories] = [Number(values.seed), Number(values.stories ?? (isEmulator ? 1 : 8))];
const events = Number(values.events ?? (isEmulator ? 200 : 400));
const wants = (part: string) => values.only === undefined || values.only === part;
const say = (line: string) => void process.stdout.write(`${line}\n`);

const findings: Finding[] = [];
if (wants("stories")) findings.push(...(await tellStories()));
if (wants("kill") && !isEmulator) findings.push(...(await killServers()));
if (wants("disk") && !isEmulator) findings.push(...(await fillDisk()));
for (const line of wrongLines(findings)) say(`✗ ${line}`);
const isGood = findings.length > 0 && findings.every(({ wrong }) => wrong.length === 0);
say(isGood ? "nothing was lost, doubled or made up" : `something is wrong: run it again with --seed ${seed}`);
// the functions of workers who died in a call wait on, each with the timer of its time limit
process.exit(isGood ? 0 : 1);

async function tellStories(): Promise<Finding[]> {
	const reports: StoryReport[] = [];
	const emulator = isEmulator ? await openEmulator() : undefined;
	const bar = progressBar("stories   ", stories * 100, "%");
	try {
		for (let n = 0; n < stories; n++) {
			const onProgress = (share: number) => bar.to(Math.round(100 * (n + share)));
			const open = emulator && { open: emulator.open };
			reports.push(await runStory({ seed: seed + n, events, onProgress, ...open }));
		}
	} finally {
		bar.end();
		await emulator?.close();
	}
	const tallies = reports.map(({ tally }) => tally);
	say(`${stories} stories of ${events} events, seeds ${seed} to ${seed + stories - 1}, on ${values.on}`);
	say(faultsTable(tallies));
	say(countsLine("answers", added(reports.map(({ answers }) => answers))));
	say(countsLine("events", added(reports.map((report) => new Map(Object.entries(report.events))))));
	say(countsLine("people", added(reports.map(({ people }) => new Map([["found", people]])))));
	const found = [...reports.flatMap((report) => report.findings), checkFaults(tallies)];
	say(checksTable(found));
	return found;
}

async function killServers(): Promise<Finding[]> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-kill-"));
	const kills = Number(values.kills);
	const bar = progressBar("killing   ", 100, "%");
	try {
		const onProgress = (share: number) => bar.to(Math.round(100 * share));
		const lived = await liveThroughKills({ seed, events: events * 3, kills, folder, failsEach: 25, onProgress });
		bar.end();
		say(`a server that was killed ${kills} times with SIGKILL, ${events * 3} events over HTTP, deliveries over HTTP`);
		say(countsLine("answers", lived.world.ledger.answers));
		const found = [...judge(lived)];
		say(checksTable(found));
		return found;
	} finally {
		bar.end();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function fillDisk(): Promise<Finding[]> {
	const found = await fullDisk(seed);
	if (typeof found === "string") {
		say(`a really full disk: left out, ${found}; the stories have it injected`);
		return [];
	}
	say(countsLine("a disk that was really full: answers", found.answers));
	say(checksTable(found.findings));
	return [...found.findings];
}
