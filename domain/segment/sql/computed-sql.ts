import { durationMs } from "#contracts/definitions/duration.ts";
import type { ComputedTrait } from "#contracts/definitions/trait.ts";
import { lookOfTrait } from "#domain/rules/measures/trait-measure.ts";
import type { Window } from "../condition-tree.ts";
import { amountSql, counting, inWindow } from "./amount-sql.ts";
import { isText, numberOf } from "./compare-sql.ts";
import type { Draft } from "./draft.ts";
import { eventSql, fieldSql, momentLiteral } from "./event-sql.ts";

/** Characters (UTF-16) of a text that is the first or last value, and of one that is counted. As in `read-event.ts`. */
const MAX_TEXT_LENGTH = 256;
const MAX_COUNTED_LENGTH = 128;
/** Of more different values, so many are chosen by their hash. As in `join-buckets.ts`. */
const MAX_COUNTED = 100;
const DAY = 86_400_000;

/** The value of a computed trait: JSON as text, an expression over `known`; NULL when no event in the window has anything to say. */
export function computedSql(trait: ComputedTrait, draft: Draft): string {
	const { spec } = lookOfTrait(trait);
	const window: Window =
		trait.within === undefined ? { kind: "ever" } : { kind: "within", ms: durationMs(trait.within) };
	switch (spec.kind) {
		case "count":
			return asJson(`nullif(${draft.perPerson(counting(inWindow(spec, window, draft)))}, 0)`);
		case "stats": {
			const compute = trait.compute as "sum" | "avg" | "min" | "max"; // `lookOfTrait` gives these alone this kind
			return asJson(amountSql(compute, { spec, when: inWindow(spec, window, draft) }, draft));
		}
		case "seen": {
			const last = draft.perPerson(
				`max(CASE WHEN ${eventSql(spec, draft)}${since(window, draft)} THEN happened_at END)`,
			);
			const days = `floor(CAST(${draft.env.now} - ${draft.dialect.epochMs(last)} AS double) / ${DAY})`;
			return asJson(`CASE WHEN ${days} < 0 THEN 0 ELSE ${days} END`);
		}
		case "first":
		case "last": {
			const json = scalarSql(fieldSql(spec.property, spec.event, draft), MAX_TEXT_LENGTH, draft);
			if (spec.kind === "last") {
				const stamp = draft.stampWhere(`${eventSql(spec, draft)}${since(window, draft)}`);
				return draft.perPerson(draft.dialect.latest(json, stamp));
			}
			const when = `${inWindow(spec, window, draft)} AND ${json} IS NOT NULL`;
			return draft.perPerson(`min_by(${json}, stamp) FILTER (WHERE ${when})`);
		}
		case "values":
			return tableSql(trait, { spec, when: inWindow(spec, window, draft) }, draft);
		case "consent":
		case "listed":
		case "met":
		case "said":
		case "steps":
			throw new TypeError("a trait cannot be computed from this");
	}
}

/** The last event has no stretch: its own time says whether it is in the window. */
const since = (window: Window, draft: Draft): string =>
	window.kind === "within" ? ` AND happened_at >= ${momentLiteral(draft.env.now - window.ms)}` : "";

const asJson = (number: string): string => `CAST(${number} AS varchar)`;

/** The column of `facts` with a value that is a text of so many characters, a number, true or false; NULL for all else. */
export function scalarSql(json: string, maxLength: number, draft: Draft): string {
	const text = draft.dialect.text(json, []);
	// characters beyond U+FFFF are two in JavaScript
	const wide = `length(${draft.dialect.without(text, "[^\\x{10000}-\\x{10FFFF}]")})`;
	const isShort = `(length(${text}) <= ${maxLength / 2} OR length(${text}) + ${wide} <= ${maxLength})`;
	return draft.fact(
		`CASE WHEN ${isText(json)} THEN (CASE WHEN ${isShort} THEN ${json} END) ` +
			`WHEN ${json} IN ('true', 'false') OR ${numberOf(json)} IS NOT NULL THEN ${json} END`,
	);
}

type Spec = Extract<ReturnType<typeof lookOfTrait>["spec"], { kind: "values" }>;

/** What is made of how often each value was seen. */
function tableSql(
	{ compute }: ComputedTrait,
	{ spec, when }: { readonly spec: Spec; readonly when: string },
	draft: Draft,
): string {
	const { dialect } = draft;
	const json = scalarSql(fieldSql(spec.property, spec.event, draft), MAX_COUNTED_LENGTH, draft);
	const counted =
		`SELECT person, ${json} AS json, count(*) AS times FROM facts WHERE ${when} AND ${json} IS NOT NULL ` +
		`GROUP BY person, ${json}`;
	const text = `CASE WHEN ${isText("json")} THEN ${dialect.text("json", [])} END`;
	// the place of a value is the hash of its key in a table (`keyOfValue`): texts have `$` before them
	const key = `CASE WHEN ${isText("json")} THEN concat('$', ${dialect.text("json", [])}) ELSE json END`;
	const placed = `SELECT *, ${dialect.hashBits(key, 12)} AS lot, count(*) OVER (PARTITION BY person) AS different FROM (${counted}) AS counted`;
	const chosen = `SELECT *, row_number() OVER (PARTITION BY person ORDER BY lot, ${key}) AS place FROM (${placed}) AS placed`;
	const [column = ""] = draft.joined(JSON.stringify([compute, spec, when]), ([x = ""]) => {
		if (compute === "unique_list") {
			return `SELECT person, ${dialect.listOf("json")} AS ${x} FROM (${chosen}) AS chosen WHERE place <= ${MAX_COUNTED} GROUP BY person`;
		}
		if (compute === "unique_count") {
			const estimate = `floor(${MAX_COUNTED} / (CAST(lot AS double) / ${2 ** 48}) + 0.5)`;
			return (
				`SELECT person, max(CASE WHEN different <= ${MAX_COUNTED} THEN CAST(different AS varchar) ` +
				`WHEN place = ${MAX_COUNTED + 1} THEN CAST(${estimate} AS varchar) END) AS ${x} FROM (${chosen}) AS chosen GROUP BY person`
			);
		}
		const kind = `CASE WHEN ${numberOf("json")} IS NOT NULL THEN 0 WHEN ${isText("json")} THEN 1 ELSE 2 END`;
		const order = `times DESC, ${kind}, ${numberOf("json")}, ${text}, json`;
		return (
			`SELECT person, json AS ${x} FROM (SELECT person, json, row_number() OVER (PARTITION BY person ORDER BY ${order}) AS best ` +
			`FROM (${chosen}) AS chosen WHERE place <= ${MAX_COUNTED}) AS frequent WHERE best = 1`
		);
	});
	return column;
}
