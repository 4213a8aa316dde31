import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli, startTuttiCli } from "./run-tutti.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

type Ready = { url: string; adminToken: string; commands: { command: string; shows: string }[] };

let running: ReturnType<typeof startTuttiCli> | undefined;
afterEach(async () => {
	running?.child.kill("SIGKILL");
	await running?.ended;
});

const start = (...args: string[]) => {
	running = startTuttiCli(["start", "--port", "0", ...args]);
	return running;
};

/** Starts with --json and waits until it says that it is ready. */
async function ready(...args: string[]) {
	const started = start("--json", ...args);
	const line = await vi.waitFor(
		() => {
			if (!started.said.stdout.includes("\n")) throw new Error(`not ready yet; it said: ${started.said.stderr}`);
			return started.said.stdout;
		},
		{ timeout: 30_000, interval: 50 },
	);
	return { ...started, ready: JSON.parse(line) as Ready };
}

const data = (name: string) => ["--data", join(folder, name)];

describe("tutti start", () => {
	it("says where it is and what to try, and ends cleanly when it is told to", async () => {
		const { child, said, ended } = start("--empty", ...data("words"));
		await vi.waitFor(() => expect(said.stdout).toContain("Ready."), { timeout: 30_000 });
		expect(said.stdout).toMatch(
			/^Tutti runs at http:\/\/127\.0\.0\.1:\d+, keeps its data in .*words and takes its definitions from workspace\./,
		);
		expect(said.stdout).toMatch(/admin token {2}tut_\S{32} /);
		expect(said.stdout).toMatch(/npx tutti query ".*" --url http:\/\/127\.0\.0\.1:\d+ --data .*words\n/);
		expect(said.stdout).not.toContain("\u001b");
		child.kill("SIGTERM");
		expect(await ended).toMatchObject({ code: 0, stderr: "" });
		expect(said.stdout).toContain("Stopping.");
	});

	it("ends when whoever started it dies, so that nothing is left behind", async () => {
		const {
			child,
			ended,
			ready: { url },
		} = await ready("--empty", ...data("orphan"));
		expect((await fetch(`${url}/healthz`)).status).toBe(200);
		child.kill("SIGKILL");
		await ended; // its streams close when the last who holds them is gone, and the server holds them too
		expect(await fetch(`${url}/healthz`).catch(() => "gone")).toBe("gone");
		const again = await ready("--empty", ...data("orphan"));
		expect((await fetch(`${again.ready.url}/healthz`)).status).toBe(200);
	});

	it("applies the workspace again when a file changes, comes or goes, and keeps what was in force when it is broken", async () => {
		const workspace = join(folder, "watched");
		cpSync("workspace", workspace, { recursive: true });
		const {
			said,
			ready: { url, adminToken },
		} = await ready("--empty", "--workspace", workspace, ...data("watching"));
		const segments = async () => {
			const answer = await fetch(`${url}/v1/definitions`, { headers: { authorization: `Bearer ${adminToken}` } });
			const { definitions } = (await answer.json()) as { definitions: { kind: string; definition: { id: string } }[] };
			return definitions.filter(({ kind }) => kind === "segment").map(({ definition: { id } }) => id);
		};
		const vip = join(workspace, "segments", "vip.yaml");
		const soon = { timeout: 10_000, interval: 100 };
		expect(await segments()).not.toContain("vip");

		writeFileSync(vip, "id: vip\nwhen: { trait: vip, is: { op: eq, value: true } }\n");
		await vi.waitFor(async () => expect(await segments()).toContain("vip"), soon);
		await vi.waitFor(() => expect(said.stderr).toMatch(/has changed\. applied:\n\+ segment vip created/), soon);

		writeFileSync(vip, "id: vip\nwhen: { trait: vip, is: { op: equals, value: true } }\n");
		await vi.waitFor(() => expect(said.stderr).toMatch(/vip\.yaml:2: when\.is\.op: /), soon);
		expect(await segments()).toContain("vip");

		rmSync(vip);
		await vi.waitFor(async () => expect(await segments()).not.toContain("vip"), soon);
		await vi.waitFor(() => expect(said.stderr).toContain("- segment vip removed"), soon);
	});

	it("leaves alone what somebody put in force over HTTP", async () => {
		const first = await ready("--empty", ...data("kept"));
		const headers = { authorization: `Bearer ${first.ready.adminToken}`, "content-type": "application/json" };
		const body = JSON.stringify({ id: "theirs", when: { trait: "a", is: { op: "exists" } } });
		await fetch(`${first.ready.url}/v1/definitions/segment/theirs`, { method: "PUT", headers, body });
		first.child.kill("SIGTERM");
		await first.ended;
		const second = await ready("--empty", ...data("kept"));
		const answer = await fetch(`${second.ready.url}/v1/definitions/segment/theirs`, { headers });
		expect(answer.status).toBe(200);
	});
});

describe("tutti start that cannot", () => {
	const fails = async (...args: string[]) => {
		const { code, stdout, stderr } = await runTuttiCli(["start", "--empty", ...args]);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr.trimEnd().split("\n")).toHaveLength(1);
		return stderr;
	};

	it("says that the port is taken", async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
		const { port } = other.address() as { port: number };
		expect(await fails("--port", `${port}`, ...data("port"))).toBe(
			`tutti: port ${port} is taken: stop what listens there, or choose another with --port\n`,
		);
		other.close();
	});

	it("says that the data folder cannot be used", async () => {
		writeFileSync(join(folder, "file"), "");
		expect(await fails("--port", "0", "--data", join(folder, "file", "data"))).toMatch(
			/^tutti: the data folder .* cannot be written: /,
		);
	});

	it("says that another process has the data folder", async () => {
		await ready("--empty", ...data("busy"));
		expect(await fails("--port", "0", ...data("busy"))).toMatch(/another process is using it/);
	});

	it("says where the workspace is broken", async () => {
		const workspace = join(folder, "broken");
		mkdirSync(join(workspace, "segments"), { recursive: true });
		writeFileSync(
			join(workspace, "segments", "vip.yaml"),
			"id: vip\nwhen:\n  trait: vip\n  is: { op: equals, value: 1 }\n",
		);
		expect(await fails("--port", "0", "--workspace", workspace, ...data("workspace"))).toMatch(
			/^tutti: .*segments\/vip\.yaml:4: when\.is\.op: .+; .+/,
		);
	});

	it("says that there is no workspace", async () => {
		expect(await fails("--port", "0", "--workspace", join(folder, "nowhere"), ...data("none"))).toMatch(
			/^tutti: the workspace .*nowhere cannot be read: there is no such file or folder/,
		);
	});
});
