import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { checkWorkspace } from "#domain/rules/check-workspace.ts";
import type { WorkspaceProblem } from "#domain/rules/workspace-problem.ts";
import { Failure } from "./failure.ts";
import { listWorkspace } from "./workspace-files.ts";
import { type FileProblem, printProblem } from "./workspace-problem.ts";
import { type ReadDefinition, readDefinition } from "./workspace-yaml.ts";

/** The definitions of a workspace folder, or everything that is wrong with it. */
export type WorkspaceReading =
	| { readonly kind: "read"; readonly definitions: readonly Definition[] }
	| { readonly kind: "broken"; readonly problems: readonly FileProblem[] };

/**
 * Reads a workspace folder. Whatever can be found wrong is found at once: YAML that is none, fields that do not fit,
 * files in the wrong place, and definitions that do not fit together (those only when each by itself is good). Throws a
 * `Failure` when the folder itself cannot be read.
 */
export async function readWorkspace(folder: string): Promise<WorkspaceReading> {
	const { files, problems: misplaced } = await listWorkspace(folder);
	const read = await Promise.all(files.map(readDefinition));
	const good = read.flatMap((each) => (each.kind === "read" ? [each] : []));
	const bad = [...misplaced, ...read.flatMap((each) => (each.kind === "broken" ? each.problems : []))];
	const problems = bad.length > 0 ? bad : crossCheck(good);
	if (problems.length > 0) return { kind: "broken", problems: problems.toSorted(inOrder) };
	return { kind: "read", definitions: good.map(({ definition }) => definition) };
}

/** The definitions of a folder; a `Failure` with one line for each problem when there is any. */
export async function loadWorkspace(folder: string): Promise<readonly Definition[]> {
	const reading = await readWorkspace(folder);
	if (reading.kind === "read") return reading.definitions;
	throw new Failure(reading.problems.map(printProblem).join("\n"));
}

function crossCheck(read: readonly ReadDefinition[]): FileProblem[] {
	const definitions = read.map(({ definition }) => definition);
	return checkWorkspace(definitions, sha256).flatMap((problem) => locate(problem, read));
}

/** The last file with that id: of two that are alike the second is one too many. */
function locate({ kind, id, path, wrong, right }: WorkspaceProblem, read: readonly ReadDefinition[]): FileProblem[] {
	const owner = read.findLast(({ definition }) => definition.kind === kind && definition.definition.id === id);
	return owner ? [owner.problemAt(path, { wrong, right })] : [];
}

const inOrder = (a: FileProblem, b: FileProblem): number =>
	a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
