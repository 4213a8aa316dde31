import { MAX_SAID, MAX_STEPS } from "#domain/rules/measures/measure-spec.ts";
import type { LeafNode } from "../condition-tree.ts";
import { compareSql } from "./compare-sql.ts";
import { scalarSql } from "./computed-sql.ts";
import type { Draft } from "./draft.ts";
import { eventSql, fieldSql, momentLiteral, whereSql } from "./event-sql.ts";
import { saidSql, traitSql } from "./trait-sql.ts";

type Node<Kind extends LeafNode["kind"]> = Extract<LeafNode, { kind: Kind }>;

/** The key that holds the steps of a sequence together has so many characters at most. As in `read-event.ts`. */
const MAX_KEY_LENGTH = 200;

/** The last event of a kind was as asked. */
export function lastEventSql({ measure, withinMs }: Node<"lastEvent">, draft: Draft): string {
	const isOne = eventSql(measure, draft);
	const has = draft.factOfFacts(
		`CASE WHEN ${isOne} THEN (CASE WHEN ${whereSql({ event: measure.event, where: measure.has }, draft).join(" AND ")} THEN 1 ELSE 0 END) END`,
	);
	const isAsAsked = `${draft.perPerson(draft.dialect.latest(has, "stamp"))} = 1`;
	if (withinMs === undefined) return isAsAsked;
	const last = draft.perPerson(`max(CASE WHEN ${isOne} THEN happened_at END)`);
	return `(${isAsAsked} AND ${last} >= ${momentLiteral(draft.env.now - withinMs)})`;
}

/** The trait is as asked, and has been by what was said of it: from the first saying of the unbroken row up to the last. */
export function heldSql({ name, steps, is, bound, ms, measure }: Node<"held">, draft: Draft): string {
	const { dialect, now } = draft.env;
	const json = saidSql(name, draft);
	const value = steps.length === 0 ? json : dialect.json(json, steps);
	const said =
		`SELECT person, ${dialect.epochMs("happened_at")} AS ms, CASE WHEN ${compareSql(value, is, draft.env)} THEN 1 ELSE 0 END AS is_met ` +
		`FROM facts WHERE ${json} IS NOT NULL`;
	// at the same millisecond one that is not as asked comes last, so none of that millisecond is in the row after it
	const latest =
		`SELECT *, row_number() OVER (PARTITION BY person ORDER BY ms DESC, is_met) AS place, ` +
		`max(CASE WHEN is_met = 0 THEN ms END) OVER (PARTITION BY person) AS broken FROM (${said}) AS said`;
	const [begun = ""] = draft.joined(JSON.stringify(measure), ([x = ""]) => {
		const inRow = "is_met = 1 AND coalesce(ms > broken, true)";
		return `SELECT person, min(CASE WHEN ${inRow} THEN ms END) AS ${x} FROM (${latest}) AS latest WHERE place <= ${MAX_SAID} GROUP BY person`;
	});
	const shown = traitSql(name, draft);
	const isNow = compareSql(steps.length === 0 ? shown : dialect.json(shown, steps), is, draft.env);
	const isDue = bound === "atLeast" ? `${begun} <= ${now - ms}` : `${begun} > ${now - ms}`;
	return `(${isNow} AND ${isDue})`;
}

/**
 * There is a chain of events. An event ends one at a step when the last event before it that ends one at the step before
 * is not too long ago: of all before it, the last decides.
 */
export function sequenceSql({ measure, happened, withinMs, lookbackMs }: Node<"sequence">, draft: Draft): string {
	const { dialect, now } = draft.env;
	const isStep = measure.steps.map((step) => eventSql(step, draft));
	const mask = draft.factOfFacts(isStep.map((is, i) => `(CASE WHEN ${is} THEN ${2 ** i} ELSE 0 END)`).join(" + "));
	const { key, isKeyed } = keyOf(measure, draft);
	const latest =
		`SELECT person, ${dialect.epochMs("happened_at")} AS ms, ${key} AS chain_key, ` +
		`${isStep.map((is, i) => `${is} AS is${i}`).join(", ")}, ` +
		`row_number() OVER (PARTITION BY person ORDER BY happened_at DESC, ${mask} DESC, ${key} DESC) AS place ` +
		`FROM facts WHERE ${mask} > 0 AND ${isKeyed}`;
	let chains = `SELECT *, CASE WHEN is0 THEN ms END AS ends0 FROM (${latest}) AS latest WHERE place <= ${MAX_STEPS}`;
	for (let i = 1; i < happened; i++) {
		const before = `max(ends${i - 1}) OVER (PARTITION BY person, chain_key ORDER BY ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
		chains =
			`SELECT *, CASE WHEN is${i} AND ms - before${i} <= ${withinMs} THEN ms END AS ends${i} ` +
			`FROM (SELECT *, ${before} AS before${i} FROM (${chains}) AS step${i - 1}) AS looked${i}`;
	}
	const hasNot = measure.steps.length > happened;
	const answered = hasNot ? `max(CASE WHEN is${happened} THEN ms END)` : "CAST(NULL AS bigint)";
	const ends = `SELECT person, max(ends${happened - 1}) AS chain_end, ${answered} AS answered FROM (${chains}) AS chains GROUP BY person, chain_key`;
	const conditions = [
		"chain_end IS NOT NULL",
		...(hasNot ? [`coalesce(answered <= chain_end, true)`, `chain_end <= ${now - withinMs}`] : []),
		...(lookbackMs === undefined ? [] : [`chain_end >= ${now - lookbackMs}`]),
	];
	const [found = ""] = draft.joined(
		JSON.stringify([measure, happened, withinMs, lookbackMs]),
		([x = ""]) => `SELECT person, 1 AS ${x} FROM (${ends}) AS ends WHERE ${conditions.join(" AND ")} GROUP BY person`,
	);
	return `${found} = 1`;
}

/** A row's key in the sequence, as text of its JSON; without a key all rows have the same. */
function keyOf({ steps, property }: Node<"sequence">["measure"], draft: Draft) {
	if (property === undefined) return { key: "''", isKeyed: "true" };
	// each event's field is a column of its own only in name: they share one when the rows' names differ
	const [first] = steps;
	for (const { event } of steps) fieldSql(property, event, draft);
	const json = scalarSql(fieldSql(property, first?.event ?? "", draft), MAX_KEY_LENGTH, draft);
	return { key: json, isKeyed: `${json} IS NOT NULL` };
}
