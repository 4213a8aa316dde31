import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import { readBlocked } from "./blocked-identifiers.ts";
import { appliedOf, type Row } from "./definition-row.ts";
import type { Head } from "./definitions-head.ts";
import { readRows } from "./definitions-rows.ts";
import { type KeptCopyDeps, keptCopy } from "./kept-copy.ts";
import { readListsInForce } from "./lists.ts";

/** The definitions in force, from memory. */
export function itemDefinitions(deps: KeptCopyDeps): Definitions {
	const { items } = deps;
	return keptCopy(deps, async () => {
		const [rows, blocked, lists] = [await readRows(items), await readBlocked(items), await readListsInForce(items)];
		return (head): Workspace => ({ ...workspaceOf(rows, head), blockedSeeds: blocked, lists });
	});
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
