import { SAYS_CONSENT } from "../past-events.ts";
import { type SqlDialect, sqlText } from "../sql-dialect.ts";

/** Where a field of an event is looked for; `said` is what an identify call says of its person, wherever that stands in it. */
export type Root = "properties" | "traits" | "context" | "said";

/** The rows in which a field matters: track events of a name, identify calls, or those that say something of consent. */
export type Rows = { readonly event: string } | "identify" | "consent";

/** The fields that are looked at under a root, by their steps as text, and in which rows. */
export type Looked = { readonly paths: Map<string, readonly string[]>; readonly rows: Map<string, Rows> };

/** Expressions and the columns they become. */
type Columns = ReadonlyMap<string, string>;

type FactsOptions = {
	readonly dialect: SqlDialect;
	readonly events: string;
	readonly looked: ReadonlyMap<Root, Looked>;
	/** Columns that are made of fields, and those that are made of these. */
	readonly made: readonly [Columns, Columns];
};

/** The first layer of a query: one row an event, each JSON parsed once and only where something in it is looked at. */
export function factsSql({ dialect, events, looked, made: [first, second] }: FactsOptions): string {
	const roots = [...looked].map(([root, { paths, rows }]) => ({
		fields: dialect.fields(SOURCE[root](dialect), [...paths.values()], root === "said" ? "kept" : "nothing"),
		root,
		paths,
		isLookedAt: [`(${anyRow(rows)})`, ...mayHave(root, [...paths.values()])].join(" AND "),
	}));
	const parsed = roots.map(
		({ root, fields, isLookedAt }) => `CASE WHEN ${isLookedAt} THEN ${fields.all} END AS ${root}_all`,
	);
	const values = roots.flatMap(({ root, fields, paths }) =>
		[...paths.values()].map(
			(steps, i) => `${unlessOmitted(fields.at(`${root}_all`, i), omittedAs(root, steps), dialect)} AS ${root}_${i}`,
		),
	);
	const parse = `SELECT ${[...OWN, ...parsed].join(", ")} FROM ${events} AS events_of_people WHERE "timestamp" IS NOT NULL`;
	const read = `SELECT ${["*", STAMP(dialect), ...values].join(", ")} FROM (${parse}) AS parsed`;
	const made = `SELECT ${["*", ...aliased(first)].join(", ")} FROM (${read}) AS fields`;
	return second.size === 0 ? made : `SELECT ${["*", ...aliased(second)].join(", ")} FROM (${made}) AS made`;
}

/** Columns under their names. */
export const aliased = (expressions: Columns): string[] =>
	[...expressions].map(([expression, alias]) => `${expression} AS ${alias}`);

/** Only track events have the name that conditions mean. */
const TRACKED = "CASE WHEN type = 'track' THEN event END AS event";

/** What a row has of its own. */
const OWN = [
	"person",
	"seed_id",
	"type",
	TRACKED,
	"source",
	"group_id",
	`"timestamp" AS happened_at`,
	"message_id",
	"omitted",
];

/** Few contexts say anything that is looked at, and all of them are long: those without the fields' names need not be parsed. */
const mayHave = (root: Root, paths: readonly (readonly string[])[]): string[] =>
	root === "context"
		? [
				`(${[...new Set(paths.map(([step = ""]) => `strpos(context, ${sqlText(JSON.stringify(step))}) > 0`))].join(" OR ")})`,
			]
		: [];

/** How the archive names what was taken off an event, where a field is part of it: whole properties and traits are. */
const omittedAs = (root: Root, [name = ""]: readonly string[]): string | undefined =>
	root === "context" ? undefined : `${root === "said" ? "traits" : root}.${name}`;

/** Few events have lost anything. */
const unlessOmitted = (value: string, path: string | undefined, dialect: SqlDialect): string =>
	path === undefined
		? value
		: `CASE WHEN omitted IS NULL OR NOT coalesce(${dialect.hasElement("omitted", path)}, false) THEN ${value} END`;

/** Orders events as the code does: by time, then by messageId. 16 digits hold every time a timestamp can. */
const STAMP = (dialect: SqlDialect): string =>
	`concat(CAST(${dialect.epochMs("happened_at")} + 1000000000000000 AS varchar), message_id) AS stamp`;

/** RudderStack's SDKs say in `context.traits` what Segment's say in `traits`. */
const SOURCE: { readonly [root in Root]: (dialect: SqlDialect) => string } = {
	properties: () => "properties",
	traits: () => "traits",
	context: () => "context",
	said: (dialect) =>
		`CASE WHEN coalesce(traits, '{}') = '{}' THEN ${dialect.json("context", ["traits"])} ELSE traits END`,
};

function anyRow(rows: ReadonlyMap<string, Rows>): string {
	const events = [...rows.values()].flatMap((each) => (typeof each === "string" ? [] : [sqlText(each.event)]));
	return [
		...(events.length > 0 ? [`(type = 'track' AND event IN (${events.join(", ")}))`] : []),
		...(rows.has("identify") ? ["type = 'identify'"] : []),
		...(rows.has("consent") ? [SAYS_CONSENT] : []),
	].join(" OR ");
}
