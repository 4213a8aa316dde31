import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

/** What the import table speaks of. */
export const FOLDERS = [
	"bin",
	"lib",
	"contracts",
	"domain",
	"adapters",
	"functions",
	"local",
	"cli",
	"demo",
	"bench",
	"cost",
	"chaos",
	"test",
].filter((folder) => existsSync(folder));

/** dependency-cruiser's own summary of these paths under the rules of the root, or of `cwd`. */
export async function cruise(paths, cwd = process.cwd()) {
	const tool = `${process.cwd()}/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[tool, "--config", ".dependency-cruiser.cjs", "-T", "json", ...paths],
		{ cwd, maxBuffer: 256 * 1024 * 1024 },
	).catch((failed) => (failed.stdout ? failed : Promise.reject(failed)));
	return JSON.parse(stdout).summary;
}
