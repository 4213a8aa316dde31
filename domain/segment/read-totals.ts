import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Slice } from "#domain/model/people-slices.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { LeafState } from "#domain/model/profile.ts";
import { fillQuery } from "./archive-queries.ts";
import type { Leaf } from "./leaf.ts";
import { leafSql } from "./leaf-sql.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** Athena takes queries of 256 KB; a leaf stands in one twice. In characters. */
const LONGEST = 60_000;

type Deps = { readonly sql: Sql; readonly dialect: SqlDialect };

/** How often the people of a slice met each leaf before it was counted as events came: seed id → leaf → day → number. */
export async function readTotals(
	leaves: readonly Leaf[],
	slice: Slice,
	{ sql, dialect }: Deps,
): Promise<ReadonlyMap<SeedId, LeafState>> {
	const all = new Map<SeedId, LeafState>();
	for (const some of inQueries(leaves, dialect)) {
		const { rows } = await sql.query(fillQuery(some, slice, dialect));
		const bySeed = Map.groupBy(rows, ([seedId]) => seedId as SeedId); // a column of texts
		for (const [seedId, days] of bySeed) all.set(seedId, { ...all.get(seedId), ...totalsOf(some, days) });
	}
	return all;
}

/** As many leaves together as one query can hold. */
function inQueries(leaves: readonly Leaf[], dialect: SqlDialect): Leaf[][] {
	const queries: Leaf[][] = [];
	let length = Number.POSITIVE_INFINITY;
	for (const leaf of leaves) {
		const own = leafSql(leaf, dialect).length;
		if (length + own > LONGEST) queries.push([]);
		length = length + own > LONGEST ? own : length + own;
		queries.at(-1)?.push(leaf);
	}
	return queries;
}

/** One person's rows: seed id, day, and a number for each leaf in their order. */
function totalsOf(leaves: readonly Leaf[], rows: readonly (readonly Json[])[]): LeafState {
	const totals = leaves.map(({ key }, i) => {
		const days = rows.map(([, day, ...numbers]) => [String(Number(day)), Number(numbers[i])] as const);
		return [key, Object.fromEntries(days.filter(([, number]) => number > 0))] as const;
	});
	return Object.fromEntries(totals.filter(([, days]) => Object.keys(days).length > 0));
}
