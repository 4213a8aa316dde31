import type { Definition, DefinitionRegister, DefinitionWrite, Edition } from "#domain/model/definition-register.ts";
import { type PlannedChange, planDefinitions } from "#domain/model/plan-definitions.ts";
import { hashedKey } from "#domain/model/write-key.ts";
import { checkWorkspace } from "./check-workspace.ts";
import type { WorkspaceProblem } from "./workspace-problem.ts";

/** How often an application that another one overtook is planned again. */
const TRIES = 5;

/** What is wanted: all definitions, or a change of what is in force (one more, one less). */
export type Wanted = (inForce: readonly Definition[]) => readonly Definition[];

export type WorkspaceDeps = {
	readonly register: DefinitionRegister;
	/** SHA-256 in base64url. */
	readonly hash: (text: string) => string;
};

/** Either everything that would change (or did), or everything that is wrong: then nothing was changed. */
export type Planned =
	| { readonly kind: "planned"; readonly changes: readonly PlannedChange[] }
	| { readonly kind: "invalid"; readonly problems: readonly WorkspaceProblem[] };

/** What `applyWorkspace` would do, without doing it. */
export async function planWorkspace(wanted: Wanted, { register, hash }: WorkspaceDeps): Promise<Planned> {
	return plan(await register.read(), wanted, hash).planned;
}

/**
 * Makes the wanted definitions the ones in force; those not wanted go. Of secret write keys only the hash is kept.
 * Applying the same again changes nothing. Throws when others applied theirs first five times in a row.
 */
export async function applyWorkspace(wanted: Wanted, by: string, { register, hash }: WorkspaceDeps): Promise<Planned> {
	for (let attempt = 0; attempt < TRIES; attempt++) {
		const current = await register.read();
		const { planned, writes } = plan(current, wanted, hash);
		if (writes.length === 0) return planned;
		if ((await register.apply({ edition: current.edition, writes, by })) === "applied") return planned;
	}
	throw new Error(`definitions were applied by others ${TRIES} times in a row`);
}

function plan(
	current: Edition,
	wanted: Wanted,
	hash: (text: string) => string,
): { planned: Planned; writes: DefinitionWrite[] } {
	const after = wanted(current.definitions).map((definition) => protect(definition, hash));
	const problems = checkWorkspace(after, hash);
	if (problems.length > 0) return { planned: { kind: "invalid", problems }, writes: [] };

	const changes = planDefinitions(current.definitions, after);
	const writes = changes.flatMap(({ kind, id, change }): DefinitionWrite[] => {
		if (change === "unchanged") return [];
		const definition = after.find((each) => each.kind === kind && each.definition.id === id);
		return [definition ? { change: "put", ...definition } : { change: "remove", kind, id }];
	});
	return { planned: { kind: "planned", changes }, writes };
}

/** A secret write key is a password: what is kept, compared and shown is its hash. */
function protect(each: Definition, hash: (text: string) => string): Definition {
	if (each.kind !== "source" || each.definition.key.kind !== "secret") return each;
	const key = { kind: "secret" as const, writeKey: hashedKey(each.definition.key.writeKey, hash) };
	return { ...each, definition: { ...each.definition, key } };
}
