import { sha256 } from "#adapters/crypto/sha256.ts";
import { Failure } from "#cli/failure.ts";
import { loadWorkspace } from "#cli/workspace.ts";
import { KINDS } from "#contracts/definitions/catalogue.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import type { DefinitionRegister } from "#domain/model/definition-register.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";

type ApplyDeps = {
	readonly register: DefinitionRegister;
	/** What is wrong with a destination by its type's own rules. */
	readonly checkDestination: (destination: Destination) => Promise<readonly Problem[]>;
};

type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/**
 * Puts a folder's definitions in force. Those that are in force and not in the folder stay: somebody may have put them
 * there over HTTP. Throws a `Failure` with one line for each thing that is wrong.
 */
export async function applyFolder(folder: string, { register, checkDestination }: ApplyDeps): Promise<void> {
	const definitions = await loadWorkspace(folder);
	const wrong: string[] = [];
	for (const { kind, definition } of definitions) {
		if (kind !== "destination") continue;
		const problems = await checkDestination(definition);
		const file = `${folder}/${KINDS.destination.folder}/${definition.id}.yaml`;
		wrong.push(...problems.map(({ path, message }) => `${file}: ${path.join(".")}: ${message}`));
	}
	if (wrong.length > 0) throw new Failure(wrong.join("\n"));
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
