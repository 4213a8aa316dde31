import type { Leaf } from "./leaf.ts";
import { leafSql } from "./leaf-sql.ts";
import { type SqlDialect, sqlText, sqlTimestamp } from "./sql-dialect.ts";

/** A part of all people: from the seed id `from` (inclusive) or `after` (exclusive) up to, not including, `before`. */
export type Slice = { readonly from?: string; readonly after?: string; readonly before?: string };

/** Seed ids begin with hash bits, so their first four hex digits cut people into parts of equal size. */
const CUTS = 0x10000;

/** Part `index` of `slices` (1 to 65,536). The first and the last have no outer bound: nobody is left out. */
export function sliceOf(index: number, slices: number): Slice {
	const cut = (at: number): string =>
		Math.floor((at * CUTS) / slices)
			.toString(16)
			.padStart(4, "0");
	return {
		...(index > 0 && { from: cut(index) }),
		...(index < slices - 1 && { before: cut(index + 1) }),
	};
}

/** How many people (seed ids) the archive knows: one row, one number. */
export const sizeQuery = (): string => "SELECT count(DISTINCT seed_id) AS people FROM events";

/** The seed ids of a slice, in order. */
export const peopleQuery = (slice: Slice): string =>
	`SELECT DISTINCT seed_id FROM events WHERE ${within(slice)} ORDER BY seed_id`;

/**
 * How often the people of a slice met each leaf before it was counted as events came, by UTC day of the event: rows of
 * seed id, day (days since 1970; what was before is put on day 0) and a number for each leaf, in their order.
 */
export function fillQuery(leaves: readonly Leaf[], slice: Slice, dialect: SqlDialect): string {
	const meets = leaves.map((leaf) => `(${leafSql(leaf, dialect)} AND received_at < ${sqlTimestamp(leaf.since)})`);
	const numbers = meets.map((condition) => `count(CASE WHEN ${condition} THEN 1 END)`);
	const day = `greatest(0, coalesce(date_diff('day', date '1970-01-01', CAST("timestamp" AS date)), 0))`;
	return (
		`SELECT seed_id, ${day} AS day_number, ${numbers.join(", ")} FROM events ` +
		`WHERE ${within(slice)} AND (${meets.join(" OR ")}) GROUP BY 1, 2 ORDER BY 1`
	);
}

const within = ({ from, after, before }: Slice): string =>
	[
		"seed_id IS NOT NULL",
		...(from === undefined ? [] : [`seed_id >= ${sqlText(from)}`]),
		...(after === undefined ? [] : [`seed_id > ${sqlText(after)}`]),
		...(before === undefined ? [] : [`seed_id < ${sqlText(before)}`]),
	].join(" AND ");
