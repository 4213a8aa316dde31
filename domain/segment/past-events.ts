import { type EventColumn, eventColumns, WENT_ON } from "#domain/model/archive-rows.ts";
import { inSlice, peopleSlice, type Slice } from "#domain/model/people-slices.ts";
import type { Sql, SqlResult } from "#domain/model/ports.ts";
import { LIST_SOURCE, LISTED_EVENT, type MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { type SqlDialect, sqlText, sqlTimestamp } from "./sql-dialect.ts";

/** Of which events: those received before a moment (ISO 8601 UTC), of a part of all people. */
type Which = { readonly before: string; readonly slice: Slice };

/**
 * All archived events that any of these measures may read, by seed id, page by page: rows of `EVENT_COLUMNS` for `archivedEventIn`,
 * which fold as the stream's events do, whole, because they are judged first. Sorted, so one person's events come together, and
 * `slice.after` goes on where it was left: in one query, or one after the other for as much as the engine can sort at once.
 */
export async function* pastEventsPages(
	specs: readonly MeasureSpec[],
	{ dialect, ...which }: Which & { readonly dialect: Pick<SqlDialect, "sortedAtOnce"> },
	sql: Pick<Sql, "pages">,
): AsyncGenerator<SqlResult> {
	const { after = "" } = which.slice;
	const parts = Number.isFinite(dialect.sortedAtOnce)
		? Math.ceil((await lengthOf(specs, which, sql)) / dialect.sortedAtOnce)
		: 1;
	for (let part = 0; part < parts; part++) {
		const slice = { ...which.slice, ...peopleSlice(part, parts) };
		// whoever comes before is done
		if (slice.before !== undefined && slice.before <= after) continue;
		yield* sql.pages(`SELECT ${eventColumns()} ${fromPast(specs, { ...which, slice })} ORDER BY seed_id`);
	}
}

/** Columns that may be long; of the others each row has some hundred characters altogether. */
const LONG: readonly EventColumn[] = ["properties", "traits", "context", "integrations", "extra"];
const SHORT_CHARACTERS = 500;

async function lengthOf(specs: readonly MeasureSpec[], which: Which, sql: Pick<Sql, "pages">): Promise<number> {
	const lengths = LONG.map((column) => `length(coalesce("${column}", ''))`).join(" + ");
	const query = `SELECT sum(${lengths} + ${SHORT_CHARACTERS}) AS characters ${fromPast(specs, which)}`;
	for await (const { rows } of sql.pages(query)) return Number(rows[0]?.[0] ?? 0);
	return 0;
}

const fromPast = (specs: readonly MeasureSpec[], { before, slice }: Which): string =>
	`FROM events WHERE ${inSlice(slice)} AND ${WENT_ON} AND received_at < ${sqlTimestamp(before)} AND (${mayBeReadBy(specs)})`;

/** The condition that a row of `events` is of account to any of these measures; it may let more through. */
function mayBeReadBy(specs: readonly MeasureSpec[]): string {
	const names = new Set(specs.flatMap(namesOf));
	const kinds = new Set(specs.map(({ kind }) => kind));
	const conditions = [
		...(names.size > 0 ? [`(type = 'track'${among([...names].sort())})`] : []),
		...(kinds.has("said") ? ["type = 'identify'"] : []),
		...(kinds.has("consent") ? [SAYS_CONSENT] : []),
		...(kinds.has("listed") ? [`(source = ${sqlText(LIST_SOURCE)} AND event = ${sqlText(LISTED_EVENT)})`] : []),
	];
	return conditions.length > 0 ? conditions.join(" OR ") : "false";
}

/** An event of any type may say it. A quotation mark within a text is escaped in JSON, so this is a field's name. */
export const SAYS_CONSENT = `strpos(context, '"categoryPreferences"') > 0`;

function namesOf(spec: MeasureSpec): string[] {
	if (spec.kind === "steps") return spec.steps.map(({ event }) => event);
	return "event" in spec ? [spec.event] : [];
}

/** Athena takes queries of 256 KB; in characters. */
const LONGEST_LIST = 60_000;

/** More names than a query takes are not told apart. */
function among(names: readonly string[]): string {
	const list = names.map(sqlText).join(", ");
	return list.length > LONGEST_LIST ? "" : ` AND event IN (${list})`;
}
