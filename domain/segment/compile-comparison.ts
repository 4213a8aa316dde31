import type { Comparison } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText } from "#domain/rules/compare.ts";
import { momentOf } from "#domain/rules/dates.ts";
import { NEVER, type Span } from "./spans.ts";

export type Meets = (value: Json | undefined, now: number) => boolean;
type Of<Op extends Comparison["op"]> = Extract<Comparison, { op: Op }> & { readonly op: Op };

/** The same as `compare`, made ready once: it is asked of everybody. */
export function compileComparison(is: Comparison): Meets {
	switch (is.op) {
		case "eq":
			return equals(is.value);
		case "ne":
			return differs([is.value]);
		case "in":
			return oneOf(is.value);
		case "not_in":
			return differs(is.value);
		case "exists":
			return (value) => value !== undefined && value !== null;
		case "gt":
		case "gte":
		case "lt":
		case "lte":
			return typeof is.value === "number" ? ordersNumbers(is.op, is.value) : ordersTexts(is.op, is.value);
		case "before":
		case "after":
			return meetsDay(is);
		case "within_last":
		case "within_next":
		case "before_last":
		case "after_next":
			return meetsDate(is);
		case "not_exists":
		case "contains":
		case "contains_any":
		case "not_contains":
		case "starts_with":
		case "ends_with":
			return (value) => compare(value, is);
	}
}

type Scalar = string | number | boolean;

const equals =
	(wanted: Scalar): Meets =>
	(value) =>
		value === wanted;

function oneOf(values: readonly Scalar[]): Meets {
	const wanted: ReadonlySet<Json | undefined> = new Set(values);
	return (value) => wanted.has(value);
}

function differs(values: readonly Scalar[]): Meets {
	const types = new Set<string>(values.map((value) => typeof value));
	const unwanted: ReadonlySet<Json | undefined> = new Set(values);
	return (value) => types.has(typeof value) && !unwanted.has(value);
}

type Ordering = "gt" | "gte" | "lt" | "lte";

function ordersNumbers(op: Ordering, bound: number): Meets {
	switch (op) {
		case "gt":
			return (value) => typeof value === "number" && value > bound;
		case "gte":
			return (value) => typeof value === "number" && value >= bound;
		case "lt":
			return (value) => typeof value === "number" && value < bound;
		case "lte":
			return (value) => typeof value === "number" && value <= bound;
	}
}

function ordersTexts(op: Ordering, bound: string): Meets {
	switch (op) {
		case "gt":
			return (value) => typeof value === "string" && compareText(value, bound) > 0;
		case "gte":
			return (value) => typeof value === "string" && compareText(value, bound) >= 0;
		case "lt":
			return (value) => typeof value === "string" && compareText(value, bound) < 0;
		case "lte":
			return (value) => typeof value === "string" && compareText(value, bound) <= 0;
	}
}

const dateOf = (value: Json | undefined): number | undefined =>
	typeof value === "string" ? momentOf(value) : undefined;

function meetsDay({ op, value: day }: Of<"before" | "after">): Meets {
	const bound = momentOf(day) ?? Number.NaN;
	return (value) => {
		const moment = dateOf(value);
		return moment !== undefined && (op === "before" ? moment < bound : moment > bound);
	};
}

/** Comparisons with dates that move on with the clock. */
export type RelativeDate = Of<"within_last" | "within_next" | "before_last" | "after_next">;

export const isRelative = (is: Comparison): is is RelativeDate =>
	is.op === "within_last" || is.op === "within_next" || is.op === "before_last" || is.op === "after_next";

function meetsDate(is: RelativeDate): Meets {
	const span = compileSpan(is);
	return (value, now) => {
		const [from, until] = span(value);
		return from <= now && now < until;
	};
}

const AT_NO_TIME: Span = [NEVER, NEVER];

/** When a date meets the comparison. */
export function compileSpan({ op, value: duration }: RelativeDate): (value: Json | undefined) => Span {
	const ms = durationMs(duration);
	return (value) => {
		const moment = dateOf(value);
		return moment === undefined ? AT_NO_TIME : spanOf(op, moment, ms);
	};
}

function spanOf(op: RelativeDate["op"], moment: number, ms: number): Span {
	switch (op) {
		case "within_last":
			return [moment, moment + ms + 1];
		case "within_next":
			return [moment - ms, moment + 1];
		case "before_last":
			return [moment + ms + 1, NEVER];
		case "after_next":
			return [-NEVER, moment - ms];
	}
}
