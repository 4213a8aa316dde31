import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { startTuttiCli } from "./run-tutti.ts";

const LOADING_MS = 280_000;

type Stop = { readonly command: string; readonly shows: string };
type Ready = { readonly commands: readonly Stop[] };

const { folder, remove } = temporaryFolder();
const running = startTuttiCli(["start", "--json", "--port", "0", "--data", join(folder, "data")]);
let commands: readonly Stop[];

beforeAll(async () => {
	const line = await vi.waitFor(
		() => {
			if (!running.said.stdout.includes("\n")) throw new Error(`not ready yet; it said: ${running.said.stderr}`);
			return running.said.stdout;
		},
		{ timeout: LOADING_MS, interval: 200 },
	);
	commands = (JSON.parse(line) as Ready).commands;
}, LOADING_MS + 10_000);

afterAll(async () => {
	running.child.kill("SIGKILL");
	await running.ended;
	remove();
});

/** What the command prints that has this in it, as a newcomer's shell runs it; and what was promised of it. */
async function tried(part: string) {
	const stop = commands.find(({ command }) => command.includes(part));
	if (!stop) throw new Error(`no command has "${part}" in it: ${commands.map(({ command }) => command).join("\n")}`);
	const child = spawn("sh", ["-c", stop.command], { stdio: ["ignore", "pipe", "inherit"] });
	return { shows: stop.shows, stdout: await text(child.stdout) };
}

const numberIn = (words: string, pattern: RegExp) => Number(pattern.exec(words)?.[1]);

describe("what a first start prints to try", { timeout: 60_000 }, () => {
	it("shows a person with as many events as it says", async () => {
		const { shows, stdout } = await tried("tutti profile");
		const events = numberIn(shows, /one person: (\d+) events/);
		expect(events).toBeGreaterThan(1);
		expect(stdout).toContain(`\n${events} events from `);
	});

	it("shows why this person is in a segment", async () => {
		const { shows, stdout } = await tried("segment explain");
		const [, segment] = /in the segment (\S+),/.exec(shows) ?? [];
		expect(stdout).toMatch(new RegExp(`^\\S+ is in ${segment} since `));
	});

	it("shows as many members as it says", async () => {
		const { shows, stdout } = await tried("/members?");
		const { members } = JSON.parse(stdout) as { members: object[] };
		expect(members.length).toBe(numberIn(shows, /: (\d) of \d+$/));
		expect(members.length).toBeGreaterThan(0);
	});

	it("shows by SQL what happened how often", async () => {
		const { shows, stdout } = await tried("tutti query");
		const often = [...stdout.matchAll(/^│ \D+? +│ (\d+) +│$/gm)].map(([, n]) => Number(n));
		expect(often.length).toBeGreaterThan(3);
		expect(often).toEqual([...often].sort((x, y) => y - x));
		expect(often.reduce((sum, n) => sum + n)).toBeLessThan(numberIn(shows, /over all (\d+) events/));
	});

	it("shows a delivery, and the way of the event behind it", async () => {
		const { shows, stdout } = await tried("/v1/deliveries?");
		const [, destination] = /delivery to (\S+):/.exec(shows) ?? [];
		const { deliveries } = JSON.parse(stdout) as { deliveries: { destinationId: string }[] };
		expect(deliveries.map(({ destinationId }) => destinationId)).toEqual([destination]);
		expect((await tried("tutti trace")).stdout).toMatch(
			new RegExp(`│ deliveries +│ yes +│.*delivered to ${destination}`),
		);
	});
});
