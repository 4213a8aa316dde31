import { exactSum, inMillionths } from "./amount-sql.ts";
import { isText, numberOf } from "./compare-sql.ts";
import type { Sayings } from "./sayings.ts";

/** A union has so many values at most, those said last; longer ones (characters of JSON) are none. As in `trait-kept.ts`. */
const MAX_VALUES = 100;
const MAX_VALUE_LENGTH = 128;
/** Lists may stand in lists; so deep a union looks into them. No event of a sane sender goes deeper. */
const MAX_DEPTH = 3;

const keyOf = ({ name, rule }: Sayings): string => JSON.stringify([name, rule]);

/** One column of what was declared and one of what was inferred: the declared one stands. */
const twoColumns = (one: Sayings, make: (declared: string, inferred: string) => string): string => {
	const [declared, inferred] = one.draft.joined(keyOf(one), ([x = "", y = ""]) => make(x, y), 2);
	return `coalesce(${declared}, ${inferred})`;
};

/** The greatest or the least value, of equal ones the latest; numbers before texts. Taken back by a later unset. */
export function ranked(one: Sayings): string {
	const { json, declared, rule } = one;
	const order = rule.strategy === "max" ? "DESC" : "ASC";
	const kind = `CASE WHEN ${numberOf(json)} IS NOT NULL THEN 0 WHEN ${isText(json)} THEN 1 ELSE 2 END`;
	const text = `CASE WHEN ${isText(json)} THEN ${one.draft.dialect.text(json, [])} END`;
	const places =
		`SELECT person, ${declared} AS is_declared, ${json} AS json, stamp, ${kind} AS kind, ` +
		`row_number() OVER (PARTITION BY person, ${declared} ORDER BY ${kind}, ${numberOf(json)} ${order}, ${text} ${order}, stamp DESC) AS place ` +
		`FROM facts WHERE ${json} IS NOT NULL`;
	const best = (of: string) => `max(CASE WHEN place = 1 AND kind < 2 THEN ${of} END)`;
	const byClass =
		`SELECT person, is_declared, ${best("json")} AS json, ${best("stamp")} AS best_stamp, ` +
		`max(CASE WHEN json = 'null' THEN stamp END) AS unset_stamp FROM (${places}) AS places GROUP BY person, is_declared`;
	return twoColumns(one, (x, y) => {
		const stands = "coalesce(unset_stamp < best_stamp, true)";
		return (
			`SELECT person, max(CASE WHEN is_declared AND ${stands} THEN json END) AS ${x}, ` +
			`max(CASE WHEN NOT is_declared AND ${stands} THEN json END) AS ${y} FROM (${byClass}) AS classes GROUP BY person`
		);
	});
}

/** The sum over a person's identifiers of the number said last under each. */
export function summed(one: Sayings): string {
	const { json, declared, draft } = one;
	const number = `CASE WHEN abs(${numberOf(json)}) <= 9000000000000000 THEN ${numberOf(json)} END`;
	const last =
		`SELECT person, ${declared} AS is_declared, nullif(max_by(${json}, stamp), 'null') AS json FROM facts ` +
		`WHERE ${json} = 'null' OR ${number} IS NOT NULL GROUP BY person, seed_id, ${declared}`;
	const numbers = `SELECT person, is_declared, ${numberOf("json")} AS number FROM (${last}) AS last_said`;
	return twoColumns(one, (x, y) => {
		const sumOf = (when: string) =>
			`CAST(${exactSum(`sum(CASE WHEN ${when} THEN ${inMillionths("number", draft.dialect)} END)`)} AS varchar)`;
		return (
			`SELECT person, ${sumOf("is_declared")} AS ${x}, ${sumOf("NOT is_declared")} AS ${y} ` +
			`FROM (${numbers}) AS numbers GROUP BY person`
		);
	});
}

/** All values said after the last unset, those in lists one by one, as a list; the hundred said last. */
export function united(one: Sayings): string {
	const { json, declared, draft } = one;
	const { dialect } = draft;
	let members = `SELECT person, ${declared} AS is_declared, stamp, ${json} AS json FROM facts WHERE ${json} IS NOT NULL`;
	for (let depth = 0; depth < MAX_DEPTH; depth++) {
		// what is no list stays as it is
		const opened = `CASE WHEN substr(json, 1, 1) = '[' THEN json ELSE concat('[', json, ']') END`;
		// an unset within a list is a value: only the first level says what the event said
		const isUnset = depth === 0 ? `json = 'null'` : "is_unset";
		members =
			`SELECT person, is_declared, stamp, ${isUnset} AS is_unset, element AS json FROM (${members}) AS level${depth} ` +
			`CROSS JOIN ${dialect.elements(opened)} AS elements${depth}(element)`;
	}
	const unset =
		`SELECT *, max(CASE WHEN is_unset THEN stamp END) OVER (PARTITION BY person, is_declared) AS unset_stamp ` +
		`FROM (${members}) AS members`;
	const known =
		`SELECT person, is_declared, json, max(stamp) AS stamp FROM (${unset}) AS with_unset ` +
		`WHERE NOT is_unset AND json <> 'null' AND length(json) <= ${MAX_VALUE_LENGTH} AND coalesce(stamp > unset_stamp, true) ` +
		"GROUP BY person, is_declared, json";
	const latest =
		`SELECT person, is_declared, json, row_number() OVER (PARTITION BY person, is_declared ORDER BY stamp DESC, json DESC) AS place ` +
		`FROM (${known}) AS known_values`;
	return twoColumns(
		one,
		(x, y) =>
			`SELECT person, max(CASE WHEN is_declared THEN list END) AS ${x}, max(CASE WHEN NOT is_declared THEN list END) AS ${y} ` +
			`FROM (SELECT person, is_declared, ${dialect.listOf("json")} AS list FROM (${latest}) AS latest_values ` +
			`WHERE place <= ${MAX_VALUES} GROUP BY person, is_declared) AS lists GROUP BY person`,
	);
}
