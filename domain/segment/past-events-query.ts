import { type EventColumn, eventColumns, WENT_ON } from "#domain/model/archive-rows.ts";
import { inSlice, type Slice } from "#domain/model/people-slices.ts";
import { LIST_SOURCE, LISTED_EVENT, type MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { sqlText, sqlTimestamp } from "./sql-dialect.ts";

/** Columns that may be long; the others an event cannot do without. */
const LONG: ReadonlySet<EventColumn> = new Set(["properties", "traits", "context", "integrations", "extra"]);

/**
 * All archived events that any of these measures may read, by seed id: rows of `EVENT_COLUMNS` for `archivedEventIn`, which
 * fold as the stream's events do. What no measure looks at is NULL. `before` (ISO 8601 UTC): received before then. It is
 * sorted, so `Sql.pages` gives one person's events together; `slice.after` goes on where it was left. `whole`: with all columns, for
 * whoever judges the events first.
 */
export function pastEventsQuery(
	specs: readonly MeasureSpec[],
	{ before, slice = {}, whole = false }: { readonly before: string; readonly slice?: Slice; readonly whole?: boolean },
): string {
	const roots = new Set(specs.flatMap(rootsOf));
	const isWanted = (column: EventColumn) => whole || !LONG.has(column) || roots.has(column);
	return (
		`SELECT ${eventColumns(isWanted)} FROM events ` +
		`WHERE ${inSlice(slice)} AND ${WENT_ON} AND received_at < ${sqlTimestamp(before)} AND (${mayBeReadBy(specs)}) ORDER BY seed_id`
	);
}

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

function rootsOf(spec: MeasureSpec): string[] {
	switch (spec.kind) {
		case "said":
			// what RudderStack's SDKs say stands in the context
			return ["traits", "context"];
		case "consent":
			return ["context"];
		case "listed":
			return ["properties"];
		case "steps":
			return [...spec.steps.flatMap(({ where }) => where.map(({ path }) => rootOf(path))), rootOf(spec.property)];
		case "count":
		case "seen":
		case "stats":
		case "first":
		case "last":
		case "values":
		case "met":
			return [
				...[...spec.where, ...("has" in spec ? spec.has : [])].map(({ path }) => rootOf(path)),
				...("property" in spec ? [rootOf(spec.property)] : []),
			];
	}
}

const rootOf = (path = ""): string => path.split(".")[0] ?? "";

/** Athena takes queries of 256 KB; in characters. */
const LONGEST_LIST = 60_000;

/** More names than a query takes are not told apart. */
function among(names: readonly string[]): string {
	const list = names.map(sqlText).join(", ");
	return list.length > LONGEST_LIST ? "" : ` AND event IN (${list})`;
}
