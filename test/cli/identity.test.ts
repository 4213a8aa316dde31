import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decisionAnswer, explainAnswer, identityAnswer } from "#contracts/http/identity.ts";
import { reportAnswer } from "#contracts/http/identity-report.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli } from "./run-tutti.ts";

const { folder, remove } = temporaryFolder();
const data = join(folder, "data");
let tutti: Tutti;

const seen = (messageId: string, minute: number, ids: object) => ({
	...{ type: "track", event: "Seen", messageId, timestamp: `2026-11-03T10:${minute}:00.000Z` },
	...ids,
});

beforeAll(async () => {
	tutti = await startTutti({ port: 0, dataFolder: data, workspaceFolder: "workspace" });
	const batch = [
		seen("m-1", 12, { userId: "ada", anonymousId: "tablet" }),
		seen("m-2", 13, { userId: "bob", anonymousId: "tablet" }),
		seen("m-3", 14, { anonymousId: "\u001b[31mred/identity" }),
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

const ask = (...args: string[]) => runTuttiCli(["identity", ...args, "--url", tutti.url, "--data", data]);
const askJson = async (...args: string[]) => {
	const ran = await ask(...args, "--json");
	expect(ran).toMatchObject({ code: 0, stderr: "" });
	return JSON.parse(ran.stdout) as unknown;
};

describe("tutti identity", () => {
	it("explain: a line a link, and why the last is not followed", async () => {
		const { code, stdout, stderr } = await ask("explain", "user_id:ada", "user_id:bob");
		expect([code, stderr]).toEqual([0, ""]);
		expect(stdout.split("\n").slice(0, 3)).toEqual([
			"user_id:ada and user_id:bob are two people",
			"  user_id ada and anonymous_id tablet were seen together first on 2026-11-03 10:12 (event m-1 from server)",
			"  anonymous_id tablet and user_id bob were seen together first on 2026-11-03 10:13 (event m-2 from server); this is not followed: it would put two user ids, ada and bob, into one person",
		]);
		expect(explainAnswer.parse(await askJson("explain", "user_id:ada", "anonymous_id:tablet")).answer).toBe(
			"one_person",
		);
	});

	it("show: identifiers, evidence, journal; nothing that could play with the terminal", async () => {
		const { stdout } = await ask("show", "user_id:ada");
		expect(stdout).toContain("contested: some evidence points to another person");
		expect(stdout).toMatch(/anonymous_id:tablet +│ user_id:bob .*│ no: it would put two user ids/);
		expect(stdout).toContain("the profile began through event m-1 from server");
		expect(identityAnswer.parse(await askJson("show", "anonymous_id:tablet")).state.identifiers).toBe(2);
		const odd = await ask("show", "anonymous_id:\u001b[31mred/identity");
		expect(odd.stdout).toContain("\\u001b[31mred/identity");
		expect(odd.stdout).not.toContain("\u001b");
	});

	it("profile: shows also who is called so that his name is a question", async () => {
		const { code, stdout } = await runTuttiCli([
			...["profile", "anonymous_id:\u001b[31mred/identity"],
			...["--url", tutti.url, "--data", data],
		]);
		expect(code).toBe(0);
		expect(stdout).toContain("1 event from");
	});

	it("profile --as-of: as it was known then, and one line when it was not", async () => {
		const past = (time: string) =>
			runTuttiCli(["profile", "user_id:ada", "--as-of", time, "--url", tutti.url, "--data", data]);
		const now = new Date().toISOString();
		expect((await past(now)).stdout).toContain(`as it was known on ${now}`);
		expect((await past("2020-01-01T00:00:00Z")).stderr).toMatch(/^tutti: Nothing was known .* \(not_found\)\n$/);
		expect((await past("yesterday")).stderr).toContain("asOf: a time as ISO 8601");
	});

	it("deny, undo: what changed, and the line that takes it back", async () => {
		const { code, stdout } = await ask("deny", "user_id:ada", "anonymous_id:tablet", "--reason", "two sisters");
		expect(code).toBe(0);
		expect(stdout).toMatch(
			/^done: deny\n {2}\S+ became 2 profiles: .*\n {2}concerns .*\n`tutti identity undo \S+` takes it back\n$/,
		);
		const [, journalId = ""] = /undo (\S+)`/.exec(stdout) ?? [];
		expect((await ask("show", "user_id:ada")).stdout).toContain("because admin-token decided deny: two sisters");
		expect(decisionAnswer.parse(await askJson("undo", journalId)).merged).toHaveLength(0);
		expect((await ask("explain", "user_id:ada", "anonymous_id:tablet")).stdout).toContain("are one person");
	});

	it("block, unblock: by any identifier", async () => {
		expect((await ask("block", "anonymous_id:tablet")).stdout).toContain("done: block");
		expect((await ask("explain", "user_id:ada", "anonymous_id:tablet")).stdout).toContain(
			"is blocked, so it points at nobody",
		);
		expect((await ask("unblock", "anonymous_id:tablet")).stdout).toContain("done: unblock");
	});

	it("report: figures with a verdict, and what is contested; values only when asked for", async () => {
		const { stdout } = await ask("report");
		expect(stdout).toContain("everybody seen in this time");
		expect(stdout).toMatch(/user_id +│ 2 +│ 1 +│ 1 +│ 1 +│ 1 +│ 0\.0 % +│ ideal/);
		expect(stdout).toMatch(/contested .*: 2\n/);
		expect(stdout).not.toMatch(/ ada /);
		expect((await ask("report", "--values")).stdout).toMatch(/ ada /);
		expect(reportAnswer.parse(await askJson("report")).sample.isEverybody).toBe(true);
	});

	it.each([
		{ args: ["allow", "user_id:ada", "user_id:bob"], says: /^tutti: Nothing was changed: .* \(without_effect\)\n$/ },
		{ args: ["undo", "nonsense"], says: /^tutti: There is no such entry in the journal\. \(not_found\)\n$/ },
		{ args: ["deny", "ada", "user_id:bob"], says: /^tutti: a must be an identifier as namespace:value, .*\n$/ },
		{ args: ["show", "user_id:nobody"], says: /^tutti: No profile has this identifier\. \(not_found\)\n$/ },
	])("says in one line why not: $args", async ({ args, says }) => {
		expect(await ask(...args)).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(says) });
	});

	it.each([
		[["explain", "user_id:ada"]],
		[["nonsense"]],
		[["report", "--sample", "0"]],
		[["deny", "a:b", "c:d", "--because", "x"]],
	])("answers 2 to %j", async (args) => {
		const { code, stdout, stderr } = await ask(...args);
		expect([code, stdout]).toEqual([2, ""]);
		expect(stderr).toMatch(/^error: .*\n/);
	});

	it("says what it can do", async () => {
		const { code, stdout } = await runTuttiCli(["identity", "--help"]);
		expect(code).toBe(0);
		for (const command of ["show", "explain", "deny", "allow", "block", "unblock", "undo", "report"])
			expect(stdout).toContain(`  ${command} `);
	});
});
