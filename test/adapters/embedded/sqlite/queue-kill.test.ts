import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import type { EmbeddedQueue } from "#adapters/embedded/sqlite/queue.ts";
import type { ReceivedMessage } from "#domain/model/ports.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { QUEUES, queuesOf } from "./queues-to-kill.ts";

const KILLS = 12;
const WORKER = fileURLToPath(import.meta.resolve("./queue-to-kill.ts"));

/** Lets the process say some lines, kills it in the middle of whatever it is doing, and answers what it said. */
async function runAndKill(file: string, run: number): Promise<string[]> {
	const child = spawn(process.execPath, [WORKER, file, `${run}`], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const enough = 100 + Math.random() * 900; // counted in lines, not time: a busy machine says as much, only later
	let said = "";
	let lines = 0;
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		said += text;
		lines += text.split("\n").length - 1;
		if (lines > enough) child.kill("SIGKILL");
	});
	await once(child, "close");
	return said.split("\n").slice(0, -1); // the last line may be torn
}

async function drain(queue: EmbeddedQueue): Promise<ReceivedMessage[]> {
	const all: ReceivedMessage[] = [];
	for (;;) {
		const some = await queue.receive(1000);
		if (some.length === 0) return all;
		all.push(...some);
	}
}

/** A line that says that a message came that had been in somebody's hands before. */
function isAgain(line: string): boolean {
	const [word, body, count] = line.split(" ");
	return word === "received" && body?.startsWith(QUEUES.healthy) === true && count !== "1";
}

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>) => [...some].filter((one) => !others.has(one));

const bodiesOf = (messages: readonly ReceivedMessage[]) => messages.map(({ body }) => body);

describe(`a queue whose process was killed ${KILLS} times and more`, () => {
	let said: string[][];
	let left: ReceivedMessage[];
	let dead: ReceivedMessage[];
	const bodies = (word: string) => new Set(said.flatMap(([said, body = ""]) => (said === word ? [body] : [])));

	beforeAll(async () => {
		const { folder, remove } = temporaryFolder();
		const file = join(folder, "tutti.db");
		const lines: string[] = [];
		// Whether a kill finds messages in its hands is chance: until one has, there are more.
		for (let run = 0; run < KILLS || (run < 5 * KILLS && !lines.some(isAgain)); run++)
			lines.push(...(await runAndKill(file, run)));
		said = lines.map((line) => line.split(" "));

		const database = openDatabase(file);
		const { queue, deadLetters } = queuesOf(database);
		left = await drain(queue);
		dead = await drain(deadLetters);
		database.close();
		remove();
	}, 180_000);

	it("had much to do, and was killed with messages in its hands", () => {
		expect(bodies("sent").size).toBeGreaterThan(500);
		expect(bodies("deleted").size).toBeGreaterThan(200);
		expect(said.map((words) => words.join(" ")).filter(isAgain).length).toBeGreaterThan(0);
	});

	it("has lost nothing that was sent and not deleted", () => {
		const there = new Set(bodiesOf([...left, ...dead]));
		const owed = without(bodies("sent"), bodies("deleting"));
		expect(owed.length).toBeGreaterThan(0);
		expect(owed.filter((body) => !there.has(body))).toEqual([]);
	});

	it("gives nothing again that was deleted, and nothing twice or that was never sent", () => {
		const there = bodiesOf([...left, ...dead]);
		const set = new Set(there);
		const deleted = bodies("deleted");
		expect(there.filter((body) => deleted.has(body))).toEqual([]);
		expect(there).toHaveLength(set.size);
		expect(without(set, bodies("sending"))).toEqual([]);
	});

	it("counted every receipt that was told of", () => {
		const counts = new Map<string, number>();
		for (const [word, body = "", count] of said) {
			if (word !== "received") continue;
			expect(Number(count), body).toBeGreaterThan(counts.get(body) ?? 0);
			counts.set(body, Number(count));
		}
		for (const { body, receiveCount } of left) expect(receiveCount, body).toBeGreaterThan(counts.get(body) ?? 0);
		expect(counts.size).toBeGreaterThan(0);
	});

	it("has among its dead letters what was received too often, and only that", () => {
		expect(dead.filter(({ body }) => body.startsWith("poison")).length).toBeGreaterThan(5);
		expect(dead.filter(({ receiveCount }) => receiveCount !== QUEUES.maxReceiveCount + 1)).toEqual([]);
		expect(left.filter(({ receiveCount }) => receiveCount > QUEUES.maxReceiveCount)).toEqual([]);
	});
});
