import type { Sql } from "#domain/model/ports.ts";
import { CANARY_SOURCE } from "#domain/watch/canary-event.ts";

type Deps = {
	readonly sql: Sql;
	/** Where archived events can be asked by day: some stand there twice, which does no harm here. */
	readonly table: string;
	readonly hashOf: (messageId: string) => string;
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** Two days of an event a minute, each perhaps twice. */
const MOST_ROWS = 10_000;

/**
 * How many of the messages, given by their hashes, the archive has not, although it had since this day to get them. Reads
 * the files of the days from the one before on: a row may lie in a later day's folder, never in an earlier one.
 */
export async function countUnarchived(taken: readonly string[], since: Date, deps: Deps): Promise<number> {
	const day = new Date(since.getTime() - DAY_MS / 24).toISOString().slice(0, 10);
	const { rows } = await deps.sql.query(
		`SELECT DISTINCT message_id FROM ${deps.table} WHERE source = '${CANARY_SOURCE}' AND day >= '${day}'`,
		{ maxRows: MOST_ROWS },
	);
	const archived = new Set(rows.map(([messageId]) => deps.hashOf(String(messageId))));
	return taken.filter((hash) => !archived.has(hash)).length;
}
