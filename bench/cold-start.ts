import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { functionsIn } from "./cold-start/assembly.ts";
import { type Import, timeImports } from "./cold-start/time-imports.ts";

const ROUNDS = 15;

/** Each function's bundle, as it is deployed, and how long a fresh process takes to import it. */
export async function benchColdStart(): Promise<Import[]> {
	const assembly = await mkdtemp(join(tmpdir(), "tutti-cold-start-"));
	try {
		await promisify(execFile)("npx", ["cdk", "synth", "--quiet", "-c", "stage=prod", "--output", assembly]);
		return await timeImports(functionsIn(assembly), ROUNDS);
	} finally {
		await rm(assembly, { recursive: true, force: true });
	}
}
