import { inSlice, type Slice } from "#domain/model/people-slices.ts";
import type { Leaf } from "./leaf.ts";
import { leafSql } from "./leaf-sql.ts";
import { type SqlDialect, sqlTimestamp } from "./sql-dialect.ts";

/** How many people (seed ids) the archive knows: one row, one number. */
export const sizeQuery = (): string => "SELECT count(DISTINCT seed_id) AS people FROM events";

/** The seed ids of a slice, in order. */
export const peopleQuery = (slice: Slice): string =>
	`SELECT DISTINCT seed_id FROM events WHERE ${inSlice(slice)} ORDER BY seed_id`;

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
		`WHERE ${inSlice(slice)} AND (${meets.join(" OR ")}) GROUP BY 1, 2 ORDER BY 1`
	);
}
