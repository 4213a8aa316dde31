// `npm run setup:python`: the AWS emulators and cfn-lint in a Python environment of their own, `.build/python`.
// Plain JavaScript, so that any Node from 20 on can run it. Does nothing when what is installed is what is wanted.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const requirements = join(root, "test", "support", "requirements.txt");
const folder = join(root, ".build", "python");
const installed = join(folder, "installed.txt");
const OLDEST = [3, 11];

const wanted = readFileSync(requirements, "utf8");
if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) {
	console.log("the Python environment is there: .build/python");
} else {
	const python = findPython();
	rmSync(folder, { recursive: true, force: true });
	run(python, ["-m", "venv", folder]);
	const pip = [
		"-m",
		"pip",
		"install",
		"--disable-pip-version-check",
		"--no-input",
		"--no-compile",
		"--quiet",
		"-r",
		requirements,
	];
	run(join(folder, "bin", "python"), pip);
	writeFileSync(installed, wanted);
	console.log("made the Python environment: .build/python");
}

/** The first Python on the path that is new enough. */
function findPython() {
	const [major, minor] = OLDEST;
	const newEnough = ["-c", `import sys, venv; sys.exit(sys.version_info < (${major}, ${minor}))`];
	const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
	const found = names.find((name) => spawnSync(name, newEnough, { stdio: "ignore" }).status === 0);
	if (found) return found;
	console.error(`no Python ${major}.${minor} or newer with venv was found on the path`);
	process.exit(1);
}

function run(command, args) {
	const { status, error } = spawnSync(command, args, { stdio: "inherit" });
	if (status === 0) return;
	console.error(`this failed: ${command} ${args.join(" ")}${error ? ` (${error.message})` : ""}`);
	process.exit(1);
}
