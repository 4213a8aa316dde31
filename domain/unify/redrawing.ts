import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { EvidenceNode } from "./evidence.ts";
import type { Holding } from "./holding.ts";
import type { ChangeCause, ClusterRecord, HealthMark, StructureChange } from "./ports.ts";
import type { View } from "./view.ts";

/** A cluster as it was: a live one with its record, or an identifier that was known and alone. */
export type Before = { readonly id: ProfileId; readonly members: readonly SeedId[]; readonly record?: ClusterRecord };

/** A cluster as it shall be. Its id is its root's. */
export type After = Holding &
	Pick<ClusterRecord, "contested" | "saturated" | "inexact" | "pending" | "frontier"> & {
		readonly root: Pick<EvidenceNode, "id" | "namespace" | "firstSeen">;
	};

/** What a change is put down to, when it happens, and under which version of the rules. */
export type Occasion = { readonly cause: ChangeCause; readonly now: Date; readonly stamp: number };

export type Redrawing = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	/** The identifiers with new evidence: their clusters' versions grow even where nothing else changes. */
	readonly touched: ReadonlySet<SeedId>;
	/** The strongest identifier of the event: its cluster remembers who changed, and if it did itself its journal tells of it. */
	readonly center: SeedId;
	readonly records: View["records"];
	readonly occasion: Occasion;
};

export type Redrawn = {
	readonly at: string;
	readonly records: readonly ClusterRecord[];
	readonly unchanged: readonly ClusterRecord[];
	readonly structure?: StructureChange;
	readonly journal?: Pick<ClusterRecord, "id" | "version">;
	readonly health: readonly HealthMark[];
};
