import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryAnswer } from "#contracts/http/admin-archive.ts";
import { listAnswer, listsAnswer } from "#contracts/http/lists.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli } from "./run-tutti.ts";

const { folder, remove } = temporaryFolder();
const data = join(folder, "data");
let tutti: Tutti;

beforeAll(async () => {
	tutti = await startTutti({ port: 0, dataFolder: data, workspaceFolder: "workspace" });
});
afterAll(async () => {
	await tutti.close();
	remove();
});

const here = () => ["--url", tutti.url, "--data", data];
const ask = (...args: string[]) => runTuttiCli(["list", ...args, ...here()]);
const file = (name: string, text: string | Uint8Array) => {
	writeFileSync(join(folder, name), text);
	return join(folder, name);
};

describe("tutti list", () => {
	it("upload: says what is in force, and what it left out of it", async () => {
		const csv = file(
			"vip.csv",
			"\uFEFFE-Mail Adresse;Email;Name\r\nx;ada@example.com;Ada\r\ny;bob@example.com;Bob\r\n",
		);
		expect(await ask("upload", "vip", csv)).toEqual({
			code: 0,
			stdout:
				"in force: vip, upload 1: 2 rows that name somebody\nleft out, since they are no identifiers: E-Mail Adresse, Name\n",
			stderr: "",
		});
		await tutti.idle();
		const events = "select count(*), min(source) from events where event = 'Tutti List Uploaded'";
		const asked = await runTuttiCli(["query", events, "--json", ...here()]);
		expect(queryAnswer.parse(JSON.parse(asked.stdout)).rows).toEqual([[2, "tutti.lists"]]);
	});

	it("upload --as: takes the first column for it; in parts where it is large", async () => {
		const rows = Array.from({ length: 12_345 }, (_, i) => `person-${i}@example.com`).join("\n");
		const { code, stdout } = await ask(
			"upload",
			"large",
			file("large.csv", `Kunde\n${rows}\n`),
			"--as",
			"email",
			"--json",
		);
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({ upload: 1, rows: 12_345, isInForce: true, problemCount: 0 });
		const shown = listAnswer.parse(JSON.parse((await ask("show", "large", "--json")).stdout));
		expect(shown.uploads).toMatchObject([{ parts: 2, rows: 12_345, state: "in force" }]);
	});

	it("upload: names the lines it could not use, and takes the others", async () => {
		const quoted = 'email,user_id,note\nada@example.com,u-1,"a\nb"\n\n,,\nnonsense,u-2,\nm\uFFFDller@example.com,,\n';
		const { code, stdout, stderr } = await ask("upload", "vip", file("mixed.csv", quoted));
		expect([code, stdout.split("\n")[0]]).toEqual([1, "in force: vip, upload 2: 2 rows that name somebody"]);
		expect(stderr.split("\n")).toEqual([
			"line 5: no column of this row has anything in it",
			"line 6: email: this is no e-mail address (the rest of the row counts)",
			"line 7: email: this is not text in UTF-8",
			expect.stringMatching(/^tutti: 3 values of .*mixed\.csv could not be used; the others are on the list$/),
			"",
		]);
	});

	it("show and ls: what is in force, and which uploads there were", async () => {
		const shown = await ask("show", "vip");
		expect(shown.stdout).toMatch(/^list vip: 2 rows, upload 2, in force since 20.*\nsegments: none looks at it\n/);
		expect(shown.stdout).toMatch(/│ 2 +│ in force │.*│ 1 +│ replaced │/s);
		const { lists } = listsAnswer.parse(JSON.parse((await ask("ls", "--json")).stdout));
		expect(lists.map(({ id }) => id)).toEqual(["large", "vip"]);
		expect((await ask("ls")).stdout).toMatch(/│ vip +│ 2 +│ 2 +│/);
	});

	it("upload --allow-empty: lets everybody go, and only so", async () => {
		const empty = file("empty.csv", "email\n");
		expect((await ask("upload", "vip", empty)).stderr).toMatch(/^tutti: No row names anybody.*\(empty_list\)\n/);
		expect((await ask("upload", "vip", empty, "--allow-empty")).code).toBe(0);
		expect((await ask("show", "vip")).stdout).toContain("list vip: 0 rows");
	});

	it.each([
		{
			what: "a quote that is not closed",
			text: 'email\na@b.c\n"open\n',
			says: /quotes\.csv:3: a quote is opened and nowhere closed$/,
		},
		{ what: "nothing in it", text: "", says: /is empty: it needs a row of titles/ },
		{ what: "UTF-16", text: Buffer.from("email\na@b.c\n", "utf16le"), says: /The file is not text in UTF-8|No column/ },
		{ what: "no identifiers", text: "emial\nx\n", says: /did you mean email\?/ },
		{ what: "NUL characters", text: Buffer.alloc(10_000_000), says: /a row is longer than 65536 characters/ },
	])("says in a line what is wrong with a file that has $what, and changes nothing", async ({ text, says }) => {
		const before = (await ask("show", "large", "--json")).stdout;
		const { code, stdout, stderr } = await ask("upload", "large", file("quotes.csv", text));
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr.trimEnd()).toMatch(says);
		const { rows, upload } = listAnswer.parse(JSON.parse((await ask("show", "large", "--json")).stdout));
		expect({ rows, upload }).toEqual({ rows: listAnswer.parse(JSON.parse(before)).rows, upload: 1 });
	});

	it.each([
		{ args: ["upload", "vip", "nowhere.csv"], says: /^tutti: there is no file nowhere\.csv\n$/ },
		{ args: ["upload", "vip", "."], says: /^tutti: \. cannot be read: EISDIR\n$/ },
		{ args: ["show", "nobody"], says: /^tutti: No list of this id was ever uploaded\. \(not_found\)\n$/ },
	])("says in one line why not: $args", async ({ args, says }) => {
		expect(await ask(...args)).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(says) });
	});

	it("takes no list from whoever has no token", async () => {
		const csv = file("token.csv", "email\nada@example.com\n");
		const { code, stderr } = await runTuttiCli(["list", "upload", "vip", csv, "--url", tutti.url, "--token", "wrong"]);
		expect([code, stderr]).toEqual([1, expect.stringContaining("the admin token was not accepted")]);
		const raw = await fetch(`${tutti.url}/v1/lists/vip`, { method: "POST", body: "email\nada@example.com" });
		expect(raw.status).toBe(401);
	});

	it("takes no file of 10 MB in one request, and says so", async () => {
		const token = (await runTuttiCli(["list", "ls", ...here()])).code === 0 ? tutti.adminToken : "";
		const headers = { "content-type": "text/csv", authorization: `Bearer ${token}` };
		const body = `email\n${"ada@example.com\n".repeat(655_360)}`;
		const answer = await fetch(`${tutti.url}/v1/lists/vip`, { method: "POST", headers, body });
		expect(answer.status).toBe(413);
		expect(await answer.json()).toMatchObject({ code: "body_too_large", detail: "A body has at most 5 MB." });
	});

	it.each([[["upload", "vip"]], [["nonsense"]], [["ls", "x"]], [["upload", "vip", "a.csv", "--nonsense"]]])(
		"answers 2 to %j",
		async (args) => {
			const { code, stdout } = await ask(...args);
			expect([code, stdout]).toEqual([2, ""]);
		},
	);

	it("says what it can do, and how a file must look", async () => {
		expect((await runTuttiCli(["list", "--help"])).stdout).toMatch(/ {2}upload .* {2}show .* {2}ls /s);
		expect((await runTuttiCli(["list", "upload", "--help"])).stdout).toContain("Columns are found by their titles");
	});
});
