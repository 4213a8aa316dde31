import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	explainSegmentAnswer,
	historyAnswer,
	membersAnswer,
	previewAnswer,
	type SegmentAnswer,
	segmentAnswer,
	segmentsAnswer,
} from "#contracts/http/admin-segments.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli } from "./run-tutti.ts";

const { folder, remove } = temporaryFolder();
const data = join(folder, "data");
const workspace = join(folder, "workspace");
let tutti: Tutti;

const SEGMENTS = {
	"on-list":
		"id: on-list\nwhen:\n  all:\n    - list: vip\n    - none: [{ trait: opted_out, is: { op: eq, value: true } }]\n",
	buyers: "id: buyers\nname: Buyers\nwhen: { event: Order Completed, atLeast: 2, within: 30d }\n",
};

const order = (messageId: string) => ({ type: "track", event: "Order Completed", userId: "ada", messageId });

beforeAll(async () => {
	for (const name of ["sources", "tracking-plans"])
		cpSync(join("workspace", name), join(workspace, name), { recursive: true });
	mkdirSync(join(workspace, "segments"));
	for (const [id, yaml] of Object.entries(SEGMENTS)) writeFileSync(join(workspace, "segments", `${id}.yaml`), yaml);
	tutti = await startTutti({ port: 0, dataFolder: data, workspaceFolder: workspace });
	const batch = [
		{ type: "identify", userId: "ada", messageId: "m-0", traits: { email: "ada@example.com" } },
		...["m-1", "m-2"].map((id) => ({ ...order(id), properties: { order_id: id, total: 1 } })),
	];
	await fetch(`${tutti.url}/v1/batch`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
		body: JSON.stringify({ batch }),
	});
	await tutti.idle();
});
afterAll(async () => {
	await tutti.close();
	remove();
});

const run = (...args: string[]) => runTuttiCli([...args, "--url", tutti.url, "--data", data]);
const ask = (...args: string[]) => run("segment", ...args);
const askJson = async (...args: string[]) => JSON.parse((await ask(...args, "--json")).stdout) as unknown;

/** What the admin API answers, as soon as it is as wanted; it follows within seconds. */
async function until<T>(path: string, read: (body: unknown) => T, isWanted: (answer: T) => boolean): Promise<T> {
	for (let i = 0; ; i++) {
		const headers = { authorization: `Bearer ${tutti.adminToken}` };
		const answer = read(await (await fetch(`${tutti.url}${path}`, { headers })).json());
		if (isWanted(answer) || i >= 300) return answer;
		await sleep(100);
	}
}

const emailsIn = async (segment: string, size: number): Promise<string[]> => {
	const path = `/v1/segments/${segment}/members`;
	const { members } = await until(path, membersAnswer.parse, (answer) => answer.members.length === size);
	const profiles = members.map(({ profileId }) =>
		until(`/v1/profiles/profile:${profileId}`, profileAnswer.parse, () => true),
	);
	return (await Promise.all(profiles)).flatMap(({ identifiers = [] }) =>
		identifiers.filter(({ namespace }) => namespace === "email").map(({ value }) => value),
	);
};

const upload = (name: string, ...people: string[]) => {
	writeFileSync(join(folder, name), ["email", ...people.map((person) => `${person}@example.com`)].join("\n"));
	return run("list", "upload", "vip", join(folder, name));
};

describe("tutti segment", () => {
	it("ls and show: whether one may rely on a segment, how large it is, what it means", async () => {
		await until("/v1/segments", segmentsAnswer.parse, ({ segments }) =>
			segments.every(({ readiness, freshnessSeconds }) => readiness.state === "live" && freshnessSeconds !== null),
		);
		expect((await ask("ls")).stdout).toMatch(/│ buyers +│ live .*│ tick .*│ on-list +│ live .*│ stream /s);
		const shown = await ask("show", "buyers");
		expect([shown.code, shown.stdout]).toEqual([
			0,
			expect.stringMatching(/^segment buyers \(Buyers\): live, 1 member, /),
		]);
		expect(shown.stdout).toContain("meets: did Order Completed at least twice in the last 30 days");
	});

	it("explain: each condition with what was seen, and when somebody leaves if nothing happens", async () => {
		const { stdout } = await ask("explain", "buyers", "email:ada@example.com");
		expect(stdout.split("\n")).toEqual([
			expect.stringMatching(/^\S+ is in buyers since .* through an event \(when\)$/),
			expect.stringMatching(/^✓ did Order Completed at least twice in the last 30 days \(count 2\) … until 20/),
			expect.stringMatching(/^leaves on 20\d\d-\d\d-\d\d \d\d:\d\d UTC if nothing happens$/),
			expect.stringMatching(/^tick: /),
			"",
		]);
		const answer = explainSegmentAnswer.parse(await askJson("explain", "buyers", "user_id:ada"));
		const profile = await run("profile", "user_id:ada");
		expect(profile.stdout).toContain(answer.nextChangeAt);
	});

	it("members and history: who is in it, and how large it was", async () => {
		expect((await ask("members", "buyers")).stdout).toMatch(/│ [0-9a-f-]{36} │ 20/);
		expect(membersAnswer.parse(await askJson("members", "buyers", "--limit", "1")).members).toHaveLength(1);
		const { sizes } = await until(
			"/v1/segments/buyers/history",
			historyAnswer.parse,
			(answer) => answer.sizes.length > 0,
		);
		expect(sizes[0]?.version).toBe(1);
		// ada was told of, and is counted since
		const today = new Date().toISOString().slice(0, 10);
		await until("/v1/segments/buyers/history", historyAnswer.parse, ({ days }) =>
			days.some(({ day, entered, exited }) => day === today && entered === 1 && exited === 0),
		);
		expect((await ask("history", "buyers")).stdout).toMatch(/^buyers {2}[▁▂▃▄▅▆▇█]+ {2}/);
	});

	it("follows a list: who is not in the new upload leaves, who is in both never does", async () => {
		expect((await upload("first.csv", "ada", "bob")).code).toBe(0);
		expect((await emailsIn("on-list", 2)).sort()).toEqual(["ada@example.com", "bob@example.com"]);
		const entered = explainSegmentAnswer.parse(await askJson("explain", "on-list", "email:bob@example.com"));
		expect((await upload("second.csv", "bob", "carl", "dora")).code).toBe(0);
		expect((await emailsIn("on-list", 3)).sort()).toEqual(["bob", "carl", "dora"].map((name) => `${name}@example.com`));
		const still = explainSegmentAnswer.parse(await askJson("explain", "on-list", "email:bob@example.com"));
		expect(still.membership).toEqual(entered.membership);
		const left = await ask("explain", "on-list", "email:ada@example.com");
		expect(left.stdout).toMatch(
			/^\S+ is not in on-list since .* through an upload of a list \(when\.all\.0\)\n✗ all of these\n├ ✗ is on the list vip /,
		);
		expect((await run("list", "show", "vip")).stdout).toContain("segments: on-list");
	});

	it("preview: how large a segment would be and what it shares, without keeping it", async () => {
		const wanted = join(folder, "shoppers.yaml");
		writeFileSync(wanted, "id: shoppers\nwhen:\n  any: [{ event: Order Completed }, { list: vip }]\n");
		const { code, stdout } = await ask("preview", wanted);
		expect([code, stdout]).toEqual([
			0,
			expect.stringMatching(/^shoppers: 4 people, 100 % of 4\n█{20} everybody was looked at/),
		]);
		expect(stdout).toMatch(/│ on-list +│ 3 +│ █{15}░{5} 75 % +│.*│ buyers +│ 1 +│ █{5}░{15} 25 % +│/s);
		expect(previewAnswer.parse(await askJson("preview", "buyers"))).toMatchObject({
			segmentId: "buyers",
			size: 1,
			isExact: true,
		});
		expect((await ask("show", "shoppers")).code).toBe(1);
	});

	it("preview: the line of the file that is wrong, and what was meant", async () => {
		const wrong = join(folder, "wrong.yaml");
		writeFileSync(wrong, "id: wrong\nwhen:\n  event: Order Completed\n  atLest: 2\n");
		const { code, stderr } = await ask("preview", wrong);
		expect([code, stderr]).toEqual([
			1,
			expect.stringMatching(/^tutti: .*wrong\.yaml:4: when\.atLest: .*did you mean atLeast\?\n$/),
		]);
		writeFileSync(wrong, "id: wrong\nwhen: { segment: bayers }\n");
		expect((await ask("preview", wrong)).stderr).toMatch(
			/definitions_invalid\)\n {2}when\.segment: .*did you mean buyers\?\n$/,
		);
	});

	it("reconcile: has what is kept compared with the archive soon, and nothing is wrong", async () => {
		expect((await ask("reconcile")).stdout).toMatch(/^it begins within minutes/);
		const compared = ({ reconciled }: SegmentAnswer) => reconciled !== null;
		const { reconciled } = await until("/v1/segments/buyers", segmentAnswer.parse, compared);
		expect(reconciled?.repaired).toBe(0);
		expect((await ask("show", "buyers")).stdout).toMatch(/compared with the archive: 20.*, nothing to repair/);
	});

	it.each([
		{ args: ["show", "nothing"], says: /^tutti: There is no segment of this id\. \(not_found\)\n$/ },
		{
			args: ["explain", "buyers", "user_id:nobody"],
			says: /^tutti: No profile has this identifier\. \(not_found\)\n$/,
		},
		{ args: ["preview", "nothing"], says: /^tutti: There is no segment of this id\. \(not_found\)\n$/ },
		{ args: ["explain", "buyers", "ada"], says: /^tutti: The path must be an identifier as namespace:value/ },
	])("says in one line why not: $args", async ({ args, says }) => {
		expect(await ask(...args)).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(says) });
	});

	it.each([[["explain", "buyers"]], [["nonsense"]], [["members", "buyers", "--limit", "0"]]])(
		"answers 2 to %j",
		async (args) => {
			const { code, stdout } = await ask(...args);
			expect([code, stdout]).toEqual([2, ""]);
		},
	);
});
