/**
 * The columns of the archive, named as Segment's warehouse names them, with their Glue types. The rows are NDJSON with
 * these keys; `properties`, `traits`, `context`, `integrations` and `extra` are JSON as text. Partitioned by `day`, the
 * UTC day of `received_at`. The view `events` shows the same columns, de-duplicated by `message_id`, in Athena and DuckDB.
 *
 * A row is the event as it was accepted. What became of it then: `quarantined` says why it was set aside (a `QuarantineReason`),
 * null for an event that went on to its profile; `omitted` is a JSON array of the paths that were taken off on the way
 * (`["properties.coupon"]`), null for none. Rows of before there were these columns have null in both.
 */
export const ARCHIVE_COLUMNS = [
	{ name: "message_id", type: "string" },
	{ name: "type", type: "string" },
	{ name: "event", type: "string" },
	{ name: "name", type: "string" },
	{ name: "category", type: "string" },
	{ name: "source", type: "string" },
	{ name: "user_id", type: "string" },
	{ name: "anonymous_id", type: "string" },
	{ name: "group_id", type: "string" },
	{ name: "previous_id", type: "string" },
	{ name: "seed_id", type: "string" },
	{ name: "timestamp", type: "timestamp" },
	{ name: "original_timestamp", type: "timestamp" },
	{ name: "sent_at", type: "timestamp" },
	{ name: "received_at", type: "timestamp" },
	{ name: "properties", type: "string" },
	{ name: "traits", type: "string" },
	{ name: "context", type: "string" },
	{ name: "integrations", type: "string" },
	{ name: "extra", type: "string" },
	{ name: "flags", type: "string" },
	{ name: "quarantined", type: "string" },
	{ name: "omitted", type: "string" },
] as const;

/** The raw table over the files, in Athena: some rows twice, and a condition on `day` spares the files of other days. */
export const RAW_TABLE = "archived_events";
/** The view that everybody asks: each event once. */
export const EVENTS_VIEW = "events";

export type ArchiveColumn = (typeof ARCHIVE_COLUMNS)[number]["name"];
/** One row of the archive: timestamps as `YYYY-MM-DD HH:MM:SS.mmm` (UTC), what is absent as null. */
export type ArchiveRow = { readonly [column in ArchiveColumn]: string | null };
