import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pinned = `${root}node_modules/node/bin/node`;

/**
 * Makes sure that the packages of package-lock.json are installed, with one line on stderr when it has to install.
 * Plain JavaScript over built-in modules only: it runs before there is anything else, on any Node from 20 on.
 * @returns {string} the path of the Node that package.json pins, which runs everything else
 * @throws {Error} with a message for people when the packages could not be installed
 */
export function ensureInstalled() {
	if (!isInstalled()) install();
	if (!existsSync(pinned))
		throw new Error(`npm left out the pinned Node (${pinned}): were install scripts switched off?`);
	return pinned;
}

/** npm writes its own lock last, so one that is missing or older than ours means: not installed, or not this version. */
function isInstalled() {
	const written = (file) => statSync(root + file, { throwIfNoEntry: false })?.mtimeMs;
	const installed = written("node_modules/.package-lock.json");
	return existsSync(pinned) && installed !== undefined && installed >= (written("package-lock.json") ?? 0);
}

function install() {
	process.stderr.write("Installing the packages that package-lock.json pins (npm ci; needed once, about a minute)…\n");
	if (npm(["ci"], "pipe").status === 0) return;
	// A registry that lacks packages for other systems makes `npm ci` refuse a lock file that is otherwise good.
	process.stderr.write("npm ci would not; npm install takes the same versions from the same file…\n");
	// npm's own words are no result of ours: stdout stays clean for --json.
	const { status, error } = npm(["install", "--no-save"], 2);
	if (error) throw new Error(`npm could not be run: ${error.message}`);
	if (status !== 0) throw new Error("the packages could not be installed; npm's own words are above");
}

function npm(command, output) {
	return spawnSync("npm", [...command, "--no-audit", "--no-fund", "--loglevel=error"], {
		cwd: root,
		stdio: ["ignore", output, output],
		maxBuffer: 64 * 1024 * 1024,
		shell: process.platform === "win32",
	});
}
