import { sha256 } from "#adapters/crypto/sha256.ts";
import { Failure } from "#cli/failure.ts";
import { loadWorkspace } from "#cli/workspace.ts";
import type { DefinitionRegister } from "#domain/model/definition-register.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";

/**
 * Puts a folder's definitions in force. Those that are in force and not in the folder stay: somebody may have put them
 * there over HTTP. Throws a `Failure` with one line for each thing that is wrong.
 */
export async function applyFolder(folder: string, register: DefinitionRegister): Promise<void> {
	const definitions = await loadWorkspace(folder);
	const own = new Set(definitions.map(({ kind, definition: { id } }) => `${kind}/${id}`));
	const planned = await applyWorkspace(
		(inForce) => [...inForce.filter(({ kind, definition: { id } }) => !own.has(`${kind}/${id}`)), ...definitions],
		"workspace",
		{ register, hash: sha256 },
	);
	if (planned.kind === "planned") return;
	const lines = planned.problems.map(
		({ kind, id, path, wrong, right }) => `${kind} ${id}: ${path.join(".")}: ${wrong}; ${right}`,
	);
	throw new Failure(lines.join("\n"));
}
