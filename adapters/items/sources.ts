import { storedSource } from "#contracts/definitions/stored-source.ts";
import type { Sources } from "#domain/model/definitions.ts";
import { appliedOf, rowsOf } from "./definition-row.ts";
import { type KeptCopyDeps, keptCopy } from "./kept-copy.ts";

/** The sources in force and nothing else: the collector starts faster without the shapes of segments, and reads less. */
export function itemSources(deps: KeptCopyDeps): Sources {
	return keptCopy(deps, async () => {
		const rows = await rowsOf(deps.items, { kind: "source", schema: storedSource });
		return () => ({ sources: appliedOf(rows, "source") });
	});
}
