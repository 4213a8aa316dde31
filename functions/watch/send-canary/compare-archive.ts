import type { Sql } from "#domain/model/ports.ts";
import { CANARY_SOURCE } from "#domain/watch/canary-event.ts";

type Deps = {
	readonly sql: Sql;
	/** Where archived events can be asked by day: some stand there twice, which does no harm here. */
	readonly table: string;
	readonly hashOf: (messageId: string) => string;
};

/** Two days of an event a minute, each perhaps twice. */
const MOST_ROWS = 10_000;

/** An event that was received before the hours in question began may have been taken in within them. */
const BEFORE_MS = 60 * 60 * 1000;

/**
 * How many of the messages, given by their hashes and taken in since then, the archive has not. Reads the files from that day
 * on: a row may lie in a later day's folder, never in an earlier one.
 */
export async function countUnarchived(taken: readonly string[], since: Date, deps: Deps): Promise<number> {
	const day = new Date(since.getTime() - BEFORE_MS).toISOString().slice(0, 10);
	const { rows } = await deps.sql.query(
		`SELECT DISTINCT message_id FROM ${deps.table} WHERE source = '${CANARY_SOURCE}' AND day >= '${day}'`,
		{ maxRows: MOST_ROWS },
	);
	const ids = rows.flatMap(([messageId]) => (typeof messageId === "string" ? [messageId] : []));
	const archived = new Set(ids.map(deps.hashOf));
	return taken.filter((hash) => !archived.has(hash)).length;
}
