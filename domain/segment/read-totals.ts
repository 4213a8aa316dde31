import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { LeafState } from "#domain/model/profile.ts";
import { fillQuery, type Slice } from "./archive-queries.ts";
import type { Leaf } from "./leaf.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** How often the people of a slice met each leaf before it was counted as events came: seed id → leaf → day → number. */
export async function readTotals(
	leaves: readonly Leaf[],
	slice: Slice,
	{ sql, dialect }: { readonly sql: Sql; readonly dialect: SqlDialect },
): Promise<ReadonlyMap<SeedId, LeafState>> {
	const { rows } = await sql.query(fillQuery(leaves, slice, dialect));
	const bySeed = Map.groupBy(rows, ([seedId]) => seedId as SeedId); // a column of texts
	return new Map([...bySeed].map(([seedId, days]) => [seedId, totalsOf(leaves, days)]));
}

/** One person's rows: seed id, day, and a number for each leaf in their order. */
function totalsOf(leaves: readonly Leaf[], rows: readonly (readonly Json[])[]): LeafState {
	const totals = leaves.map(({ key }, i) => {
		const days = rows.map(([, day, ...numbers]) => [String(Number(day)), Number(numbers[i])] as const);
		return [key, Object.fromEntries(days.filter(([, number]) => number > 0))] as const;
	});
	return Object.fromEntries(totals.filter(([, days]) => Object.keys(days).length > 0));
}
