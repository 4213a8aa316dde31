import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The first Python that can import both AWS implementations: `TUTTI_PYTHON`, `.build/python`, then `python3`. */
export function findPython() {
	const candidates = [process.env.TUTTI_PYTHON, ".build/python/bin/python", "python3"];
	return candidates.find((python) => python && (!python.includes("/") || existsSync(python)) && canImport(python));
}

const canImport = (python) => spawnSync(python, ["-c", "import ministack, moto"], { stdio: "ignore" }).status === 0;
