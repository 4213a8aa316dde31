import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs `tutti <args> --json`, but for the part of it that installs what is missing, and answers what it printed. Throws with what it said when it could not do it. */
export async function tutti(
	args: readonly string[],
	{ url, token }: { readonly url: string; readonly token: string },
): Promise<unknown> {
	const { stdout } = await run(process.execPath, ["cli/main.ts", ...args, "--json"], {
		env: { PATH: process.env.PATH, TUTTI_URL: url, TUTTI_ADMIN_TOKEN: token },
		timeout: 30_000,
	});
	return JSON.parse(stdout);
}
