import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import type { RecentEvents, Sql } from "#domain/model/ports.ts";
import { archivedEvent } from "./archived-event.ts";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const COLUMNS = ARCHIVE_COLUMNS.map(({ name }) => name);
const QUOTED = COLUMNS.map((name) => `"${name}"`).join(", ");

/** Where a reader stands: the newest event it has seen. */
type Place = { readonly receivedAt: string; readonly messageId: string };

/**
 * The live tail of a deployed Tutti: the archive's last two days, so it is as far behind as Firehose buffers. It asks the
 * raw table, not the view: there a condition on `day` spares the files of all other days. An event that reaches the
 * archive after a younger one was seen is not shown; `limit` keeps the newest.
 */
export function athenaRecentEvents(deps: {
	readonly sql: Pick<Sql, "query">;
	/** The raw table's name, in the database of `sql`. */
	readonly table: string;
	readonly now: () => Date;
}): RecentEvents {
	const { sql, table, now } = deps;

	return {
		async since(after, limit) {
			const place = placeIn(after);
			const yesterday = new Date(now().getTime() - DAY_MILLISECONDS).toISOString().slice(0, 10);
			const rows = Math.max(1, Math.floor(limit));
			const result = await sql.query(
				`SELECT ${QUOTED} FROM ${table} WHERE day >= '${yesterday}' AND message_id IS NOT NULL${behind(place)}
				ORDER BY received_at DESC, message_id DESC LIMIT ${rows}`,
				{ maxRows: rows },
			);
			const found = result.rows.map((row) =>
				archivedEvent(Object.fromEntries(COLUMNS.map((name, i) => [name, row[i] ?? null]))),
			);
			const events = [...new Map(found.map((event) => [event.messageId, event])).values()];
			const [newest] = events;
			return { events, cursor: cursorOf(newest ?? place ?? { receivedAt: now().toISOString(), messageId: "" }) };
		},
	};
}

const behind = (place: Place | undefined): string => {
	if (!place) return "";
	const time = `timestamp '${place.receivedAt.slice(0, 10)} ${place.receivedAt.slice(11, 23)}'`;
	const id = `'${place.messageId.replaceAll("'", "''")}'`;
	return ` AND (received_at > ${time} OR (received_at = ${time} AND message_id > ${id}))`;
};

const cursorOf = ({ receivedAt, messageId }: Place): string =>
	Buffer.from(`${receivedAt} ${messageId}`).toString("base64url");

/** A cursor that is none of ours says nothing; it is taken as none. What goes into the query is checked here. */
function placeIn(cursor: string | undefined): Place | undefined {
	const text = Buffer.from(cursor ?? "", "base64url").toString();
	const [, receivedAt, messageId] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.{0,100})$/s.exec(text) ?? [];
	return receivedAt === undefined || messageId === undefined ? undefined : { receivedAt, messageId };
}
