import { sqlText } from "../sql-dialect.ts";
import { computedSql } from "./computed-sql.ts";
import type { Draft } from "./draft.ts";
import type { SaidRule, Sayings } from "./sayings.ts";
import { ranked, summed, united } from "./trait-queries.ts";

/** A trait's value as JSON has so many bytes at most, its name so many characters: `standardiseEvent` leaves longer ones out. */
const MAX_VALUE_BYTES = 1024;
const MAX_NAME_LENGTH = 128;

const LAST_SAID: SaidRule = { strategy: "last", declaredBy: [] };

/** The column of `known` with the value of a trait as a profile shows it: JSON as text; NULL where there is none. */
export function traitSql(name: string, draft: Draft): string {
	return draft.once(`trait ${name}`, () => {
		return draft.shown(valueSql(name, draft));
	});
}

function valueSql(name: string, draft: Draft): string {
	const mine = draft.traits.filter(({ trait }) => trait === name);
	const computed = mine.find((one) => "compute" in one);
	if (computed) return computedSql(computed, draft);
	const rule = mine.find((one) => "strategy" in one) ?? LAST_SAID;
	return SHOWN[rule.strategy](sayingsOf(name, rule, draft));
}

/** The column of `facts` with what an identify call says of a trait. */
export function saidSql(name: string, draft: Draft): string {
	if (name.length > MAX_NAME_LENGTH) return "CAST(NULL AS varchar)";
	const json = draft.field("said", [name], "identify");
	return draft.fact(`CASE WHEN ${draft.dialect.bytes(json)} <= ${MAX_VALUE_BYTES} THEN ${json} END`);
}

function sayingsOf(name: string, rule: SaidRule, draft: Draft): Sayings {
	const says = draft.field("context", ["declared"], "identify");
	const sources = rule.declaredBy.length > 0 ? ` OR source IN (${rule.declaredBy.map(sqlText).join(", ")})` : "";
	const declared = draft.fact(`coalesce(${says}, 'false') = 'true'${sources}`);
	return { json: saidSql(name, draft), declared, name, rule, draft };
}

/** What a person declared stands before all that is inferred, whatever the times. */
const declaredFirst = (one: Sayings, shown: (when: string) => string): string =>
	`coalesce(${shown(one.declared)}, ${shown(`NOT ${one.declared}`)})`;

const SHOWN: { readonly [strategy in SaidRule["strategy"]]: (one: Sayings) => string } = {
	last: (one) => declaredFirst(one, (when) => lastOf(one, when)),
	first: (one) =>
		declaredFirst(one, (when) => {
			// both are false of a row that does not name the trait
			const [set, unset] = [`${when} AND ${one.json} <> 'null'`, `${when} AND ${one.json} = 'null'`];
			const value = one.draft.perPerson(`min_by(${one.json}, stamp) FILTER (WHERE ${set})`);
			const [first, taken] = [`min(stamp) FILTER (WHERE ${set})`, `max(stamp) FILTER (WHERE ${unset})`].map((each) =>
				one.draft.perPerson(each),
			);
			return `CASE WHEN coalesce(${taken} < ${first}, true) THEN ${value} END`;
		}),
	max: ranked,
	min: ranked,
	sum: summed,
	union: united,
	source_priority: (one) =>
		declaredFirst(one, (when) => {
			const sources = one.rule.sources ?? [];
			const ranks = [
				...sources.map((source) => `source = ${sqlText(source)}`),
				...(sources.length > 0 ? [`source NOT IN (${sources.map(sqlText).join(", ")})`] : ["true"]),
			];
			return `coalesce(${ranks.map((rank) => lastOf(one, `${when} AND ${rank}`)).join(", ")}, NULL)`;
		}),
};

/** The value said last, unless that was an unset. */
const lastOf = ({ json, draft }: Sayings, when: string): string =>
	`nullif(${draft.perPerson(draft.dialect.latest(json, draft.stampWhere(when)))}, 'null')`;
