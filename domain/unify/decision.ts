import type { ProfileId, SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import type { Ends, Verdict } from "./evidence.ts";
import type { ResolveDeps } from "./finish.ts";
import type { BlockedIdentifiers, DecisionKind, IdentityJournal } from "./ports.ts";

/** What a person decides about who is who. The identifiers need not have been seen: it holds for when they are. */
export type Decision =
	| { readonly kind: "allow" | "deny"; readonly a: SeededIdentifier; readonly b: SeededIdentifier }
	| { readonly kind: "block" | "unblock"; readonly identifier: SeededIdentifier }
	| { readonly kind: "undo"; readonly journalId: string };

export type DecisionOutcome =
	| {
			readonly kind: "done";
			/** What to give to `undo`: one, or several where much had to be written. */
			readonly journalIds: readonly string[];
			readonly merged: readonly { readonly survivor: ProfileId; readonly retired: readonly ProfileId[] }[];
			readonly split: readonly { readonly from: ProfileId; readonly into: readonly ProfileId[] }[];
			/** All profiles that are others than before: their memberships are to be brought in line. */
			readonly profiles: readonly ProfileId[];
	  }
	/** It would change nothing, now or later, so it was not kept; the reason is for whoever decided. */
	| { readonly kind: "without_effect"; readonly reason: string }
	/** There is no such entry in the journal. */
	| { readonly kind: "unknown" };

/** Who decides, and why. */
export type Asking = { readonly by: string; readonly reason?: string };

export type DecideDeps = ResolveDeps & {
	readonly journal: IdentityJournal;
	/** What events leave out from now on. */
	readonly blocked: BlockedIdentifiers;
	/** A name for a statement, never given twice. */
	readonly newId: () => string;
};

/** Something to be said at once of some identifiers and edges. */
export type Said = {
	readonly decision: DecisionKind;
	readonly identifiers: readonly SeededIdentifier[];
	readonly edges: readonly (Ends & { readonly says: Verdict })[];
	/** Whether the first identifier is nobody's from now on; absent where nothing is said of that. */
	readonly block?: boolean;
	/** What the journal says that it was about. */
	readonly about: readonly SeedId[];
	/** The entry that is undone by it. */
	readonly undoes?: string;
};
