import type { DefinitionOf } from "#contracts/definitions/catalogue.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { missing, ofKind, type WorkspaceProblem } from "./workspace-problem.ts";

/** What is wrong with the definitions of traits among all others: two of one trait, or sources that are not there. */
export const checkTraits = (definitions: readonly Definition[]): WorkspaceProblem[] => [
	...findSharedTraits(ofKind(definitions, "trait")),
	...findMissingSources(definitions),
];

function findSharedTraits(traits: readonly DefinitionOf<"trait">[]): WorkspaceProblem[] {
	const owners = new Map<string, string>();
	return traits.flatMap(({ id, trait }) => {
		const owner = owners.get(trait);
		owners.set(trait, owner ?? id);
		if (owner === undefined || owner === id) return [];
		const wrong = `${owner} says already what becomes of the trait ${trait}`;
		return [{ kind: "trait", id, path: ["trait"], wrong, right: "one definition for each trait" }];
	});
}

function findMissingSources(definitions: readonly Definition[]): WorkspaceProblem[] {
	const known = ofKind(definitions, "source").map(({ id }) => id);
	return ofKind(definitions, "trait").flatMap((trait) =>
		(["sources", "declaredBy"] as const).flatMap((field) => {
			const named = "strategy" in trait ? (trait[field] ?? []) : [];
			return named.flatMap((source, position): WorkspaceProblem[] =>
				known.includes(source)
					? []
					: [{ kind: "trait", id: trait.id, path: [field, position], ...missing("source", source, known) }],
			);
		}),
	);
}
