import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findPython } from "../support/find-python.mjs";
import { cdk } from "./cdk.ts";

const run = promisify(execFile);

/** CDK says by `DependsOn` what the reference to the role says already. */
const SAID_TWICE = "W3005";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "tutti-templates-"));
	const nowhere = "http://127.0.0.1:9";
	// With a URL of the collector's own there is all that there is without, and more (test/lib/front-door.test.ts).
	const app = ["-c", "frontDoor=function-url", "--output", join(folder, "cdk.out")];
	await cdk(["synth", "--quiet", ...app], { url: nowhere, folder, cwd: "." });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("synthesises, without an account, templates in which cfn-lint finds nothing", async () => {
	const names = (await readdir(join(folder, "cdk.out"))).filter((name) => name.endsWith(".template.json"));
	expect(names.sort()).toEqual(["Api", "Data", "Pipeline", "Watch"].map((stack) => `${stack}.template.json`));
	const files = names.map((name) => join(folder, "cdk.out", name));
	// Refused with what it printed, when it finds anything or cannot run.
	await lint("--ignore-checks", SAID_TWICE, "--", ...files);
	// It does look: without being told not to, it finds that one.
	await expect(lint("--", files[0] ?? "")).rejects.toThrow(SAID_TWICE);
});

/** cfn-lint, out of the same Python as the emulators. */
async function lint(...args: string[]): Promise<void> {
	const program = ["-c", "from cfnlint.runner import main; main()"];
	await run(findPython() ?? "python3", [...program, ...args]).catch(({ stdout, stderr }) => {
		throw new Error(`${stdout}${stderr}`);
	});
}
