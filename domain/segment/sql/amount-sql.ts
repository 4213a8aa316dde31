import type { NumberComparison } from "#contracts/definitions/condition.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import type { LeafNode, Window } from "../condition-tree.ts";
import { type SqlDialect, sqlDouble } from "../sql-dialect.ts";
import { numberOf } from "./compare-sql.ts";
import type { Draft } from "./draft.ts";
import { eventSql, fieldSql, momentLiteral } from "./event-sql.ts";

type Node<Kind extends LeafNode["kind"]> = Extract<LeafNode, { kind: Kind }>;
type Counted = Extract<MeasureSpec, { event: string }>;

/** Beyond this a number is no amount of anything (`decimalOf`). */
const LARGEST = "9000000000000000";

/** How often something happened, compared. */
export function countSql({ measure, window, is }: Node<"count">, draft: Draft): string {
	return numberCompared(draft.perPerson(counting(inWindow(measure, window, draft))), is);
}

/** What the numbers in a field come to, compared. */
export function statsSql({ kind, measure, window, is }: Node<"sum" | "avg" | "min" | "max">, draft: Draft): string {
	return numberCompared(amountSql(kind, { spec: measure, when: inWindow(measure, window, draft) }, draft), is);
}

/** In so many of the last periods so often. */
export function regularlySql({ measure, periodMs, of, periods, atLeast }: Node<"regularly">, draft: Draft): string {
	const met = Array.from({ length: of }, (_, i) => {
		const window: Window =
			i === 0 ? { kind: "within", ms: periodMs } : { kind: "between", fromMs: (i + 1) * periodMs, toMs: i * periodMs };
		const count = draft.perPerson(counting(inWindow(measure, window, draft)));
		return `CASE WHEN ${count} >= ${atLeast} THEN 1 ELSE 0 END`;
	});
	return `${met.join(" + ")} >= ${periods}`;
}

/** An amount as a double, NULL of no number at all. `when` is the condition on a row of `facts`. */
export function amountSql(
	kind: "sum" | "avg" | "min" | "max",
	{ spec, when }: { readonly spec: Extract<Counted, { kind: "stats" }>; readonly when: string },
	draft: Draft,
): string {
	const json = fieldSql(spec.property, spec.event, draft);
	const number = draft.fact(`CASE WHEN abs(${numberOf(json)}) <= ${LARGEST} THEN ${numberOf(json)} END`);
	const those = `CASE WHEN ${when} THEN ${number} END`;
	if (kind === "min" || kind === "max") return draft.perPerson(`${kind}(${those})`);
	const millionths = draft.factOfFacts(inMillionths(number, draft.dialect));
	const sum = exactSum(draft.perPerson(`sum(CASE WHEN ${when} THEN ${millionths} END)`));
	return kind === "sum" ? sum : `(${sum} / ${draft.perPerson(`count(${those})`)})`;
}

/**
 * A double as `decimalOf` takes it, rounded to six places, in millionths: a whole number that may need more than 64 bits, but
 * the sum of as many as anybody will ever have is less than 38 digits.
 */
export function inMillionths(number: string, dialect: SqlDialect): string {
	const whole = dialect.truncated(number);
	const millionths = `((${number} - ${whole}) * 1e6)`;
	// as Math.round: half a unit goes up
	const rounded = `CASE WHEN ${millionths} - floor(${millionths}) >= 0.5 THEN floor(${millionths}) + 1 ELSE floor(${millionths}) END`;
	return `${dialect.wide(`CAST(${whole} AS bigint)`)} * 1000000 + CAST(${rounded} AS bigint)`;
}

/** The nearest double to a sum in millionths. */
export const exactSum = (millionths: string): string => `CAST(CAST(${millionths} AS varchar) || 'e-6' AS double)`;

export const counting = (when: string): string => `count(CASE WHEN ${when} THEN 1 END)`;

const OPERATORS = { eq: "=", ne: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

const numberCompared = (number: string, { op, value }: NumberComparison): string =>
	`${number} ${OPERATORS[op]} ${Number.isSafeInteger(value) ? value : sqlDouble(value)}`;

/** The condition on a row of `facts` that it is one of the events of a measure, in a window. */
export function inWindow(spec: Counted, window: Window, draft: Draft): string {
	const { from, until } = borders(spec.bucketMs, window, draft.env.now);
	return [
		eventSql(spec, draft),
		...(from === undefined ? [] : [`happened_at >= ${momentLiteral(from)}`]),
		...(until === undefined ? [] : [`happened_at < ${momentLiteral(until)}`]),
	].join(" AND ");
}

/** Of whole stretches only the first and the last matter, so times need not be divided: ⌊t / b⌋ ≥ k says t ≥ k · b. */
function borders(bucketMs: number, window: Window, now: number): { readonly from?: number; readonly until?: number } {
	const startOf = (ago: number): number => (bucketMs === 0 ? now - ago : Math.floor((now - ago) / bucketMs) * bucketMs);
	switch (window.kind) {
		case "ever":
			return {};
		case "within":
			return { from: startOf(window.ms) };
		case "between":
			return { from: startOf(window.fromMs), until: startOf(window.toMs) };
	}
}
