import type { Sql } from "#domain/model/ports.ts";
import { CANARY_SOURCE } from "#domain/watch/canary-event.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import type { CanaryProfile } from "./canary-profile.ts";

type Deps = {
	readonly sql: Sql;
	/** Where archived events can be asked by day: some stand there twice, which does no harm here. */
	readonly table: string;
	readonly hashOf: (messageId: string) => string;
};

export type ArchiveDeps = Deps & { readonly now: () => Date; readonly log: Log; readonly metrics: Metrics };

const HOUR_MS = 60 * 60 * 1000;
/** The archive is asked for six hours at once, 50 minutes after they are over: Firehose writes every five. */
const COMPARED_HOURS = 6;
const COMPARED_AT_MINUTE = 50;

/** Asks the archive when it is time to; that it cannot be asked is logged, and the number is then missing. */
export async function compareArchive(
	profile: Pick<CanaryProfile, "taken">,
	{ now, log, metrics, ...deps }: ArchiveDeps,
): Promise<void> {
	const at = now();
	if (at.getUTCHours() % COMPARED_HOURS !== 0 || at.getUTCMinutes() !== COMPARED_AT_MINUTE) return;
	const until = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
	const since = new Date(until.getTime() - COMPARED_HOURS * HOUR_MS);
	try {
		const missing = await countUnarchived(await profile.taken(since, until), since, deps);
		metrics.put({ CanaryUnarchived: missing });
		if (missing > 0) log.error("the archive lacks events of the canary", { missing, since: since.toISOString() });
	} catch (error) {
		log.error("the archive could not be asked for the canary's events", { ...describeError(error) });
	}
}

/** Two days of an event a minute, each perhaps twice. */
const MOST_ROWS = 10_000;

/** An event that was received before the hours in question began may have been taken in within them. */
const BEFORE_MS = 60 * 60 * 1000;

/**
 * How many of the messages, given by their hashes and taken in since then, the archive has not. Reads the files from that day
 * on: a row may lie in a later day's folder, never in an earlier one.
 */
async function countUnarchived(taken: readonly string[], since: Date, deps: Deps): Promise<number> {
	const day = new Date(since.getTime() - BEFORE_MS).toISOString().slice(0, 10);
	const { rows } = await deps.sql.query(
		`SELECT DISTINCT message_id FROM ${deps.table} WHERE source = '${CANARY_SOURCE}' AND day >= '${day}'`,
		{ maxRows: MOST_ROWS },
	);
	const ids = rows.flatMap(([messageId]) => (typeof messageId === "string" ? [messageId] : []));
	const archived = new Set(ids.map(deps.hashOf));
	return taken.filter((hash) => !archived.has(hash)).length;
}
