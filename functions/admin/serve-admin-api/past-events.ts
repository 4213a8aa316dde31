import { EVENT_TYPES, type EventFlag, type SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import type { Sql } from "#domain/model/ports.ts";
import { sqlTimestamp } from "#domain/segment/sql-dialect.ts";
import { isSeedId } from "./find-profile.ts";
import { sqlText } from "./sql-text.ts";

/** In the order `eventIn` expects. */
const COLUMNS =
	"message_id, type, event, name, category, source, user_id, anonymous_id, group_id, previous_id, seed_id, timestamp, " +
	"original_timestamp, sent_at, received_at, properties, traits, context, integrations, extra, flags";

/** An event as it was collected, with the seed id it was folded under. */
export type ArchivedPast = { readonly event: SourcedEvent; readonly seedId: SeedId };

/** The archived events of these seed ids that were received until a moment (ISO 8601 UTC), in no order that means something. */
export async function pastEvents(
	ids: readonly SeedId[],
	{ at, limit }: { readonly at: string; readonly limit: number },
	sql: Sql,
): Promise<ArchivedPast[]> {
	const own = ids.filter(isSeedId).map(sqlText).join(", ");
	const until = `day <= ${sqlText(at.slice(0, 10))} AND received_at <= ${sqlTimestamp(at)}`;
	const { rows } = await sql.query(
		`SELECT ${COLUMNS} FROM events WHERE seed_id IN (${own}) AND ${until} LIMIT ${limit}`,
		{ maxRows: limit },
	);
	return rows.flatMap((row) => eventIn(row) ?? []);
}

/** Undefined for a row that is none of ours: whoever wrote it, it folds into no profile. */
function eventIn(row: readonly Json[]): ArchivedPast | undefined {
	const [messageId, type, event, name, category, source, userId, anonymousId, groupId, previousId, seedId, ...rest] =
		row.map((value) => (typeof value === "string" ? value : undefined));
	const [timestamp, originalTimestamp, sentAt, receivedAt, properties, traits, context, integrations, extra, flags] =
		rest;
	const known = EVENT_TYPES.find((each) => each === type);
	if (!known || !messageId || !source || !receivedAt || !timestamp || !seedId || !isSeedId(seedId)) return undefined;
	return {
		seedId,
		event: {
			messageId,
			type: known,
			source,
			timestamp,
			originalTimestamp: originalTimestamp ?? timestamp,
			sentAt: sentAt ?? receivedAt,
			receivedAt,
			context: objectIn(context) ?? {},
			...said({ event, name, category, userId, anonymousId, groupId, previousId }),
			...said({ properties: objectIn(properties), traits: objectIn(traits) }),
			...said({ integrations: objectIn(integrations), extra: objectIn(extra) }),
			// written by `toArchiveRow` from an event's own flags
			...(flags !== undefined && { flags: flags.split(",") as EventFlag[] }),
		},
	};
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function said<T extends object>(fields: T): Said<T> {
	// fromEntries forgets the names; only undefined values are left out
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>;
}

/** A column that holds an object as JSON. */
function objectIn(text: string | undefined): JsonObject | undefined {
	if (text === undefined) return undefined;
	const value = JSON.parse(text) as Json; // the archive's own writer made it of JSON
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
