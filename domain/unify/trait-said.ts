import type { Strategy } from "#contracts/definitions/trait.ts";
import type { Json } from "#domain/model/json.ts";
import type { TraitRule, TraitValue } from "#domain/model/profile.ts";
import { decimalOf } from "#domain/rules/measures/exact-sum.ts";
import { byTimeAndValue, greatest } from "./trait-values.ts";

/** How the value of a trait is chosen; `rule` is what provenance says of it, absent where nobody defined anything. */
export type SaidRule = {
	readonly strategy: Strategy;
	readonly sources: readonly string[];
	readonly declaredBy: readonly string[];
	readonly rule?: TraitRule;
};

/** What holds for a trait that nobody defined. */
export const LAST_SAID: SaidRule = { strategy: "last", sources: [], declaredBy: [] };

/** What was said of one trait. */
export type Said = readonly TraitValue[];

/** Something for each strategy that is made of what was said. */
export type PerStrategy<T> = { readonly [strategy in Strategy]: (said: Said, rule: SaidRule) => T };

/** The place of the source a value came from: 0 is the best, all that are not named come last together. */
export const rankOf = ({ source }: TraitValue, { sources }: SaidRule): number => {
	const rank = sources.indexOf(source);
	return rank < 0 ? sources.length : rank;
};

/** Whether it is a value and no unset. */
export const isSet = ({ value }: TraitValue): boolean => value !== null;
/** The one said last. */
export const latest = (said: Said): TraitValue | undefined => greatest(said, byTimeAndValue);
/** One or none as a list. */
export const list = (one: TraitValue | undefined): Said => (one ? [one] : []);
/** A number in decimal digits; undefined for all else, and for what is no amount. */
export const decimal = (value: Json): string | undefined => (typeof value === "number" ? decimalOf(value) : undefined);
