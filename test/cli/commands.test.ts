import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryAnswer } from "#contracts/http/admin-archive.ts";
import { planAnswer } from "#contracts/http/admin-definitions.ts";
import { traceAnswer } from "#contracts/http/admin-trace.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli } from "./run-tutti.ts";

const { folder, remove } = temporaryFolder();
const data = join(folder, "data");
let tutti: Tutti;

beforeAll(async () => {
	tutti = await startTutti({ port: 0, dataFolder: data, workspaceFolder: "workspace" });
	const events = [
		{
			type: "identify",
			messageId: "m-1",
			userId: "ada",
			traits: { email: "ada@example.com", note: "\u001b[31mred\u001b[0m" },
		},
		{
			type: "track",
			messageId: "m-2",
			userId: "ada",
			event: "Order Completed",
			properties: { order_id: "1", total: 1 },
		},
	];
	await fetch(`${tutti.url}/v1/batch`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
		body: JSON.stringify({ batch: events }),
	});
	await tutti.idle();
});
afterAll(async () => {
	await tutti.close();
	remove();
});

const here = () => ["--url", tutti.url, "--data", data];
const ask = (...args: string[]) => runTuttiCli([...args, ...here()]);
const askJson = async (...args: string[]) => {
	const ran = await ask(...args, "--json");
	expect(ran).toMatchObject({ code: 0, stderr: "" });
	return JSON.parse(ran.stdout) as unknown;
};

describe("the commands that ask", () => {
	it("query: a table for people, without colours where nobody sees them", async () => {
		const { code, stdout, stderr } = await ask(
			"query",
			"select event, count(*) as n from events group by 1 order by 1",
		);
		expect([code, stderr]).toEqual([0, ""]);
		expect(stdout).toContain("│ Order Completed │ 1 │");
		expect(stdout).not.toContain("\u001b");
	});

	it("query --json: the answer as it is, for programs", async () => {
		const answer = queryAnswer.parse(await askJson("query", "select count(*) as n from events"));
		expect(answer).toMatchObject({ columns: [{ name: "n" }], rows: [[2]] });
	});

	it("query: joins events to people", async () => {
		const join = "from events e left join identities i on i.seed_id = e.seed_id";
		const { rows } = queryAnswer.parse(await askJson("query", `select distinct i.profile_id, e.seed_id ${join}`));
		const { profileId } = profileAnswer.parse(await askJson("profile", "email:ada@example.com"));
		expect(rows).toEqual([[profileId, profileId]]);
	});

	it("query: the engine's words when it refuses", async () => {
		const { code, stdout, stderr } = await ask("query", "select nonsense from events");
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toMatch(/^tutti: .*nonsense.*\(query_refused\)\n/s);
	});

	it("profile: who it is, and nothing that could play with the terminal", async () => {
		const { code, stdout } = await ask("profile", "email:ada@example.com");
		expect(code).toBe(0);
		expect(stdout).toContain("2 events from");
		expect(stdout).toMatch(/│ trait +│ value +│ from +│/);
		expect(stdout).toContain("\\u001b[31mred");
		expect(stdout).not.toContain("\u001b");
		expect(profileAnswer.parse(await askJson("profile", "user_id:ada")).eventCount).toBe(2);
	});

	it("profile: one line when there is none", async () => {
		expect(await ask("profile", "user_id:nobody")).toEqual({
			code: 1,
			stdout: "",
			stderr: "tutti: No profile has this identifier. (not_found)\n",
		});
	});

	it("trace: every step", async () => {
		expect((await ask("trace", "m-2")).stdout).toMatch(/collected +│ yes .*archived +│ yes .*processed +│ yes /s);
		expect(traceAnswer.parse(await askJson("trace", "m-2")).messageId).toBe("m-2");
	});

	it("tail --once: the latest events, oldest first, one a line", async () => {
		const { stdout } = await ask("tail", "--once", "--json", "--count", "2");
		const ids = stdout
			.trimEnd()
			.split("\n")
			.map((line) => (JSON.parse(line) as { messageId: string }).messageId);
		expect(ids).toEqual(["m-1", "m-2"]);
	});

	it("plan and apply: what changes, then that nothing does", async () => {
		const workspace = join(folder, "workspace");
		mkdirSync(join(workspace, "segments"), { recursive: true });
		writeFileSync(
			join(workspace, "segments", "vip.yaml"),
			"id: vip\nwhen: { trait: vip, is: { op: eq, value: true } }\n",
		);
		const with_ = ["--workspace", workspace, "--keep-others"];
		expect((await ask("plan", ...with_)).stdout).toMatch(/would change.*\n\+ segment vip created\n\d+ unchanged/);
		expect(planAnswer.parse(await askJson("apply", ...with_)).applied).toBe(true);
		expect((await ask("apply", ...with_)).stdout).toContain("nothing to change");
		expect((await ask("plan", "--workspace", "workspace")).stdout).toContain("- segment vip removed");
	});

	it("plan: file, line, what is wrong, what would be right", async () => {
		const workspace = join(folder, "broken");
		mkdirSync(join(workspace, "segments"), { recursive: true });
		writeFileSync(
			join(workspace, "segments", "vip.yaml"),
			"id: vip\nwhen:\n  trait: vip\n  is: { op: equals, value: 1 }\n",
		);
		const { code, stdout, stderr } = await ask("plan", "--workspace", workspace);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toMatch(/^tutti: .*broken\/segments\/vip\.yaml:4: when\.is\.op: .+; .*eq/);
	});
});

describe("import", () => {
	const lines = (name: string, events: readonly unknown[]) => {
		const file = join(folder, name);
		writeFileSync(file, events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))).join("\n"));
		return file;
	};
	const event = (n: number, more: object = {}) => ({
		type: "track",
		userId: "imported",
		event: "Thing Done",
		timestamp: "2025-01-01T00:00:00Z",
		properties: { n },
		...more,
	});
	const importFile = (file: string, ...more: string[]) => runTuttiCli(["import", file, "--url", tutti.url, ...more]);

	it("takes more than one batch, once however often it is run", async () => {
		const file = lines(
			"history.ndjson",
			Array.from({ length: 1203 }, (_, n) => event(n)),
		);
		expect(await importFile(file)).toEqual({ code: 0, stdout: "1203 events accepted, 0 rejected\n", stderr: "" });
		await importFile(file);
		await tutti.idle();
		const sql = "select count(*), min(flags) from events where user_id = 'imported'";
		expect(queryAnswer.parse(await askJson("query", sql)).rows).toEqual([[1203, "historical"]]);
	});

	it("tells rejected lines by their number, and takes the others", async () => {
		const file = lines("mixed.ndjson", [
			"\uFEFF",
			event(1, { messageId: "good" }),
			"",
			"{broken",
			[1],
			event(2, { userId: undefined }),
			event(3),
		]);
		const { code, stdout, stderr } = await importFile(file);
		expect([code, stdout]).toEqual([1, "2 events accepted, 3 rejected\n"]);
		expect(stderr.split("\n")).toEqual([
			"line 4: not_an_event: not JSON",
			"line 5: not_an_event: not a JSON object",
			expect.stringMatching(/^line 6: missing_id: /),
			expect.stringMatching(/^tutti: .*mixed\.ndjson has 3 lines that cannot be accepted; the others are in$/),
			"",
		]);
		const json = JSON.parse((await importFile(file, "--json")).stdout) as { rejected: { line: number }[] };
		expect(json.rejected.map(({ line }) => line)).toEqual([4, 5, 6]);
	});

	it("keeps within the collector's limit of 500 KB", async () => {
		const file = lines(
			"large.ndjson",
			Array.from({ length: 60 }, (_, n) => event(n, { properties: { text: "é".repeat(12_000) } })),
		);
		expect(await importFile(file)).toMatchObject({ code: 0, stdout: "60 events accepted, 0 rejected\n" });
	});

	it.each([
		{ what: "a file that is not there", args: () => [join(folder, "none.ndjson")], says: /there is no file/ },
		{ what: "a folder", args: () => [folder], says: /cannot be read/ },
		{
			what: "a wrong key",
			args: () => [lines("k.ndjson", [event(1)]), "--write-key", "sk_wrong"],
			says: /the write key was not accepted/,
		},
	])("says in one line what is wrong with $what", async ({ args, says }) => {
		const { code, stderr } = await runTuttiCli(["import", ...args(), "--url", tutti.url]);
		expect(code).toBe(1);
		expect(stderr).toMatch(says);
		expect(stderr.trimEnd().split("\n")).toHaveLength(1);
	});
});

describe("exit codes and errors", () => {
	it("answers 0 to --help and says what the codes mean", async () => {
		const { code, stdout } = await runTuttiCli(["--help"]);
		expect(code).toBe(0);
		for (const command of ["start", "plan", "apply", "query", "profile", "tail", "trace", "import"])
			expect(stdout).toContain(`  ${command} `);
		expect(stdout).toMatch(/Exit codes:\n +0 .*\n +1 .*\n +2 /);
	});

	it.each([
		[["query"]],
		[["nonsense"]],
		[["query", "a", "b"]],
		[["tail", "--count", "0"]],
		[["start", "--port", "70000"]],
		[["plan", "--nonsense"]],
	])("answers 2 to %j", async (args) => {
		const { code, stdout, stderr } = await runTuttiCli(args);
		expect([code, stdout]).toEqual([2, ""]);
		expect(stderr).toMatch(/^error: .*\n\(--help says more\)\n/);
	});

	it.each([
		{
			what: "nothing answers",
			args: ["--url", "http://127.0.0.1:1", "--token", "t"],
			says: /nothing answers at http:\/\/127\.0\.0\.1:1: is `npm start` running\?/,
		},
		{ what: "there is no token", args: ["--data", "nowhere"], says: /no admin token: .*nowhere has none/ },
		{
			what: "the URL is none",
			args: ["--url", "localhost", "--token", "t"],
			says: /localhost is not a URL|nothing answers/,
		},
	])("says in one line that $what", async ({ args, says }) => {
		const { code, stdout, stderr } = await runTuttiCli(["query", "select 1", ...args]);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toMatch(says);
		expect(stderr.trimEnd().split("\n")).toHaveLength(1);
	});

	it("says that the token was not accepted", async () => {
		const { code, stderr } = await runTuttiCli(["query", "select 1", "--url", tutti.url, "--token", "wrong"]);
		expect([code, stderr]).toEqual([1, expect.stringContaining("the admin token was not accepted")]);
	});

	it("repeats no token that cannot be one", async () => {
		const { code, stderr } = await runTuttiCli(["query", "select 1", "--url", tutti.url, "--token", "se\ncret"]);
		expect([code, stderr]).toEqual([1, "tutti: the admin token has characters in it that no token has\n"]);
	});

	it("takes URL and token from the environment", async () => {
		const token = readFileSync(join(data, "admin-token"), "utf8").trim();
		const env = { TUTTI_URL: tutti.url, TUTTI_ADMIN_TOKEN: token };
		expect((await runTuttiCli(["query", "select 42 as n", "--json"], { env })).stdout).toContain("[[42]]");
	});
});
