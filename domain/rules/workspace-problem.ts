import type { DefinitionOf, Kind } from "#contracts/definitions/catalogue.ts";
import { closestWord } from "#contracts/definitions/closest-word.ts";
import type { Definition } from "#domain/model/definition-register.ts";

/** Something wrong with one definition that only the others show: where, what, and what would be right. */
export type WorkspaceProblem = {
	readonly kind: Kind;
	readonly id: string;
	/** The fields and positions that lead to it. */
	readonly path: readonly (string | number)[];
	readonly wrong: string;
	readonly right: string;
};

/** What to say of a name that nothing has: what was meant perhaps, or which there are. */
export function missing(what: string, name: string, known: readonly string[]): { wrong: string; right: string } {
	const near = closestWord(name, known);
	const list = known.length === 0 ? "there is none yet" : `one of ${known.join(", ")}`;
	return { wrong: `there is no ${what} ${name}`, right: near === undefined ? list : `did you mean ${near}?` };
}

/** All definitions of one kind. */
export function ofKind<K extends Kind>(definitions: readonly Definition[], kind: K): DefinitionOf<K>[] {
	// the kind says which definition it is
	return definitions.filter((each) => each.kind === kind).map(({ definition }) => definition as DefinitionOf<K>);
}
