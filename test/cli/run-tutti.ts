import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../../cli/tutti.mjs", import.meta.url));

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type Options = { readonly env?: Record<string, string>; readonly cwd?: string };

/** Starts the real command line as a user would, with nothing of our own environment that it looks at. */
export function startTuttiCli(args: readonly string[], { env = {}, cwd }: Options = {}) {
	const { TUTTI_URL: _url, TUTTI_ADMIN_TOKEN: _token, TUTTI_WRITE_KEY: _key, ...inherited } = process.env;
	const child = spawn(process.execPath, [LAUNCHER, ...args], { cwd, env: { ...inherited, ...env } });
	const said = { stdout: "", stderr: "" };
	child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
	child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
	const ended = new Promise<Ran>((resolve) => {
		child.on("close", (code) => resolve({ code, ...said }));
	});
	return { child, said, ended };
}

/** Runs the real command line to its end. */
export const runTuttiCli = (args: readonly string[], options?: Options): Promise<Ran> =>
	startTuttiCli(args, options).ended;
