import { type ArchivedPast, archivedEventIn, eventColumns, WENT_ON } from "#domain/model/archive-rows.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import { sqlTimestamp } from "#domain/segment/sql-dialect.ts";
import { isSeedId } from "./find-profile.ts";
import { sqlText } from "./sql-text.ts";

/** The archived events of these seed ids that went on to a profile and were received until a moment (ISO 8601 UTC), in no order that means something. */
export async function pastEvents(
	ids: readonly SeedId[],
	{ at, limit }: { readonly at: string; readonly limit: number },
	sql: Pick<Sql, "query">,
): Promise<ArchivedPast[]> {
	const own = ids.filter(isSeedId).map(sqlText).join(", ");
	const until = `day <= ${sqlText(at.slice(0, 10))} AND received_at <= ${sqlTimestamp(at)}`;
	const { rows } = await sql.query(
		`SELECT ${eventColumns()} FROM events WHERE seed_id IN (${own}) AND ${WENT_ON} AND ${until} LIMIT ${limit}`,
		{ maxRows: limit },
	);
	return rows.flatMap((row) => archivedEventIn(row) ?? []);
}
