import type { DefinitionOf, Kind } from "#contracts/definitions/catalogue.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Applied, Definitions, Workspace } from "#domain/model/definitions.ts";
import { readBlocked } from "./blocked-identifiers.ts";
import { type Head, readHead } from "./definitions-head.ts";
import { type Row, readRows } from "./definitions-rows.ts";
import type { ItemStore } from "./item-store.ts";
import { readListsInForce } from "./lists.ts";

/** How long a copy is used before the head is looked at again: what is applied is in force everywhere after this. */
const DEFINITIONS_MAX_AGE_SECONDS = 5;

const LOADS = 5;

type Deps = {
	readonly items: ItemStore;
	readonly now: () => Date;
	/** @default 5 */
	readonly maxAgeSeconds?: number;
};

/**
 * The definitions in force, from memory. When the copy is older than `maxAgeSeconds` one small item says whether anything
 * changed; only then all of them are read. Those who ask meanwhile wait for the same reading.
 */
export function itemDefinitions({ items, now, maxAgeSeconds = DEFINITIONS_MAX_AGE_SECONDS }: Deps): Definitions {
	let copy: { edition: number; workspace: Workspace } | undefined;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let looking: Promise<Workspace> | undefined;

	const look = async (): Promise<Workspace> => {
		const startedAt = now().getTime();
		const head = await readHead(items);
		if (copy?.edition !== head.edition) copy = await load(items, head);
		lookedAt = startedAt;
		return copy.workspace;
	};

	return {
		async current() {
			if (copy && now().getTime() - lookedAt < maxAgeSeconds * 1000) return copy.workspace;
			looking ??= look().finally(() => {
				looking = undefined;
			});
			return looking;
		},
	};
}

/** Reads until nothing was applied in between. Throws when that never happens: a retry will cure it. */
async function load(
	items: ItemStore,
	first: Head,
): Promise<{ readonly edition: number; readonly workspace: Workspace }> {
	let before = first;
	for (let attempt = 0; attempt < LOADS; attempt++) {
		const [rows, blocked, lists] = [await readRows(items), await readBlocked(items), await readListsInForce(items)];
		const after = await readHead(items);
		if (after.edition === before.edition) {
			return { edition: after.edition, workspace: { ...workspaceOf(rows, after), blockedSeeds: blocked, lists } };
		}
		before = after;
	}
	throw new Error(`definitions changed ${LOADS} times in a row while they were read`);
}

function workspaceOf(rows: readonly Row[], head: Head): Workspace {
	return {
		sources: appliedOf(rows, "source"),
		trackingPlans: appliedOf(rows, "tracking-plan"),
		identity: identityOf(rows),
		segments: appliedOf(rows, "segment"),
		destinations: appliedOf(rows, "destination"),
		traits: appliedOf(rows, "trait"),
		counts: head.counts,
		removedSegments: rows.filter(({ kind, definition }) => kind === "segment" && !definition).map(({ id }) => id),
	};
}

/** Where the rules were removed the default is in force again, as of then and as a version of its own. */
function identityOf(rows: readonly Row[]): Workspace["identity"] {
	const row = rows.find(({ kind }) => kind === "identity");
	const [applied] = appliedOf(rows, "identity");
	return applied ?? { ...DEFAULT_IDENTITY, ...(row && { version: row.version, appliedAt: row.at }) };
}

function appliedOf<K extends Kind>(rows: readonly Row[], kind: K): Applied<DefinitionOf<K>>[] {
	return rows.flatMap(({ definition, version, at, ...row }) =>
		// the kind says which definition it is
		row.kind === kind && definition ? [{ ...(definition as DefinitionOf<K>), version, appliedAt: at }] : [],
	);
}
