import type { DefinitionOf, Kind } from "#contracts/definitions/catalogue.ts";

/** One definition and what kind it is. */
export type Definition = { [K in Kind]: { readonly kind: K; readonly definition: DefinitionOf<K> } }[Kind];

/** A definition in force: the version it was applied as, when, and by whom. */
export type RegisteredDefinition = Definition & {
	readonly version: number;
	readonly appliedAt: string;
	readonly appliedBy: string;
};

/** One version that was ever in force; without a definition it is a removal. */
export type PastVersion = {
	readonly version: number;
	readonly at: string;
	readonly by: string;
	readonly definition?: Definition["definition"];
};

/** What to write: a definition that takes the place of the one of its id, or the id of one that is to go. */
export type DefinitionWrite =
	| ({ readonly change: "put" } & Definition)
	| { readonly change: "remove"; readonly kind: Kind; readonly id: string };

/** Everything in force. The edition grows with every application: it says whether something changed since. */
export type Edition = { readonly edition: number; readonly definitions: readonly RegisteredDefinition[] };

/** Where definitions are kept, every version with who and when. */
export interface DefinitionRegister {
	read(): Promise<Edition>;
	/** All versions of one definition, the newest first; empty when there never was one. */
	history(kind: Kind, id: string): Promise<readonly PastVersion[]>;
	/** Writes all of it upon the edition it was planned on. Refused when that is not the edition any more: plan again. */
	apply(application: {
		readonly edition: number;
		readonly writes: readonly DefinitionWrite[];
		readonly by: string;
	}): Promise<"applied" | "refused">;
}
