import { WENT_ON } from "#domain/model/archive-rows.ts";
import { sqlText } from "./sql-dialect.ts";

/**
 * Everybody the archive knows, each person once and in the order of their profile ids, after one of them where the work goes
 * on. Identifiers that became one person a moment ago may still be several here: each leads to the same profile.
 */
export const peopleQuery = (after?: string): string =>
	`SELECT DISTINCT coalesce(i.profile_id, e.seed_id) AS profile_id FROM (SELECT DISTINCT seed_id FROM events WHERE ${WENT_ON}) e ` +
	`LEFT JOIN identities i ON i.seed_id = e.seed_id WHERE e.seed_id IS NOT NULL` +
	`${after === undefined ? "" : ` AND coalesce(i.profile_id, e.seed_id) > ${sqlText(after)}`} ORDER BY 1`;

/** How many they are: one row, one number. */
export const COUNT_PEOPLE =
	"SELECT count(DISTINCT coalesce(i.profile_id, e.seed_id)) AS people " +
	`FROM (SELECT DISTINCT seed_id FROM events WHERE seed_id IS NOT NULL AND ${WENT_ON}) e ` +
	"LEFT JOIN identities i ON i.seed_id = e.seed_id";
