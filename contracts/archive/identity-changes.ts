/**
 * Who became whom, when: a row for each identifier and each change of the person it belongs to, as NDJSON with these keys.
 * Partitioned by `day`, the UTC day of `changed_at`. Rows may be there twice; an identifier that no row names is a person
 * by itself.
 */
export const IDENTITY_COLUMNS = [
	{ name: "seed_id", type: "string" },
	{ name: "profile_id", type: "string" },
	{ name: "changed_at", type: "timestamp" },
	{ name: "message_id", type: "string" },
] as const;

/** All changes, in Athena and DuckDB: with a condition on `changed_at` they say who was who at that time. */
export const IDENTITY_CHANGES = "identity_changes";

/**
 * The view that says who is who now: a row for each seed id that was ever one person with another. It joins events to
 * people: `SELECT coalesce(i.profile_id, e.seed_id) AS profile_id, … FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id`.
 */
export const IDENTITIES_VIEW = "identities";

/** What the view shows. */
export const IDENTITIES_COLUMNS = [
	{ name: "seed_id", type: "string" },
	{ name: "profile_id", type: "string" },
] as const;

type IdentityColumn = (typeof IDENTITY_COLUMNS)[number]["name"];
/** One row: `changed_at` as `YYYY-MM-DD HH:MM:SS.mmm` (UTC). */
export type IdentityRow = { readonly [column in IdentityColumn]: string | null };

/**
 * The view's text, which Athena and DuckDB both understand: of each seed id the latest change, and of several at the same
 * moment the one to the greatest profile id. `table` holds the changes, in any order and some of them twice.
 *
 * An aggregate, for a window would need memory for every change. Trino compares no rows with a null in them, and a broken
 * line is all nulls, so these are left out first.
 */
export const identitiesSql = (table: string): string =>
	`SELECT "seed_id", max_by("profile_id", ROW("changed_at", "profile_id")) AS "profile_id" FROM ${table} ` +
	`WHERE "seed_id" IS NOT NULL AND "profile_id" IS NOT NULL AND "changed_at" IS NOT NULL GROUP BY "seed_id"`;
