import type { Strategy } from "#contracts/definitions/trait.ts";
import type { Json } from "#domain/model/json.ts";
import type { KnownTrait, TraitRule, TraitValue } from "#domain/model/profile.ts";
import { canonical } from "#domain/rules/event-conditions.ts";
import { addDecimals, decimalOf } from "./exact-sum.ts";
import { byTimeAndValue, compareValues, greatest } from "./trait-values.ts";

/** How the value of a trait is chosen; `rule` is what provenance says of it, absent where nobody defined anything. */
export type SaidRule = {
	readonly strategy: Strategy;
	readonly sources: readonly string[];
	readonly declaredBy: readonly string[];
	readonly rule?: TraitRule;
};

/** What holds for a trait that nobody defined. */
export const LAST_SAID: SaidRule = { strategy: "last", sources: [], declaredBy: [] };

/** A union has this many values at most, those said last. */
export const MAX_VALUES = 100;
/** Characters of JSON; longer ones are no members of a set but texts, and are left out of a union. */
const MAX_VALUE_LENGTH = 128;

type Said = readonly TraitValue[];

/**
 * What must be kept of all that was said of a trait to know its value for ever. For each strategy
 * `normalise(normalise(A) ∪ B) = normalise(A ∪ B)`, so neither order nor repetition nor how it was batched means anything.
 * What a person declared and what was inferred are kept apart, each by itself.
 *
 * | strategy | kept | value | `null` (an unset) |
 * |---|---|---|---|
 * | `last` | the latest | the latest | nothing, until something is said later |
 * | `first` | the earliest value, the latest unset | the earliest value | takes it back: as nothing becomes earlier by being said later, for good |
 * | `max`, `min` | the greatest or least value (of equal ones the latest), the latest unset | that value | takes back what stands: it shows again once it, or one beyond it, is said later |
 * | `sum` | the latest number, in each fragment | their sum over the fragments | takes that fragment's number out until a later one |
 * | `union` | each value's latest time, the latest unset | all values said after the unset, sorted; the 100 said last | empties the set |
 * | `source_priority` | the latest of each source named, and of all others together | that of the best source that has one | what that source said counts no more |
 *
 * `max`, `min` and `sum` leave out what is neither number nor text; where numbers were said, `max` and `min` leave out text, and
 * `sum` always does. An empty text is a value like any other.
 */
export function normaliseTrait(rule: SaidRule, said: Said): Said {
	if (said.length < 2 && rule.strategy === "last") return said;
	const declared = said.filter((one) => isDeclared(one, rule));
	if (declared.length === 0) return KEPT[rule.strategy](said, rule);
	const inferred = said.filter((one) => !isDeclared(one, rule));
	return [...KEPT[rule.strategy](inferred, rule), ...KEPT[rule.strategy](declared, rule)];
}

/** What several fragments say of a trait together. */
export const joinTrait = (rule: SaidRule, lists: readonly Said[]): Said =>
	rule.strategy === "sum"
		? lists.flatMap((said) => normaliseTrait(rule, said))
		: normaliseTrait(rule, lists.length === 1 ? (lists[0] ?? []) : lists.flat());

/**
 * The value that stands, from what `joinTrait` answered; undefined when the trait was never set, or was unset. What a
 * person declared stands before all that is inferred, whatever the times; once it is unset, what is inferred shows again.
 */
export function showTrait(rule: SaidRule, said: Said): KnownTrait | undefined {
	const declared = said.filter((one) => isDeclared(one, rule));
	const stands = SHOWN[rule.strategy](declared, rule);
	if (stands) return { ...stands, declared: true, ...(rule.rule && { rule: rule.rule }) };
	const inferred = declared.length === 0 ? said : said.filter((one) => !declared.includes(one));
	const shown = SHOWN[rule.strategy](inferred, rule);
	return shown && rule.rule ? { ...shown, rule: rule.rule } : shown;
}

const isDeclared = ({ declared, source }: TraitValue, { declaredBy }: SaidRule): boolean =>
	declared === true || declaredBy.includes(source);

type PerStrategy<T> = { readonly [strategy in Strategy]: (said: Said, rule: SaidRule) => T };

const KEPT: PerStrategy<Said> = {
	last: (said) => list(latest(said)),
	first: (said) =>
		withUnset(
			said,
			greatest(said.filter(isSet), (x, y) => byTimeAndValue(y, x)),
		),
	max: (said) =>
		withUnset(
			said,
			greatest(comparable(said), (x, y) => compareValues(x.value, y.value) || byTimeAndValue(x, y)),
		),
	min: (said) =>
		withUnset(
			said,
			greatest(comparable(said), (x, y) => compareValues(y.value, x.value) || byTimeAndValue(x, y)),
		),
	sum: (said) => list(latest(said.filter(({ value }) => value === null || decimal(value) !== undefined))),
	union: keepUnion,
	source_priority: (said, rule) =>
		[...Map.groupBy(said, (one) => rankOf(one, rule))]
			.sort(([x], [y]) => x - y)
			.flatMap(([, ofSource]) => list(latest(ofSource))),
};

const SHOWN: PerStrategy<KnownTrait | undefined> = {
	last: (said) => said.find(isSet),
	first: showUnlessUnset,
	max: showUnlessUnset,
	min: showUnlessUnset,
	sum: (said) => {
		const numbers = said.filter(isSet);
		const sum = numbers.map(({ value }) => decimal(value) ?? "0").reduce(addDecimals, "0");
		return together(numbers, Number(sum));
	},
	union: (said) => {
		const members = said.filter(isSet);
		return together(members, members.map(({ value }) => value).sort(compareValues));
	},
	source_priority: (said, rule) => said.toSorted((x, y) => rankOf(x, rule) - rankOf(y, rule)).find(isSet),
};

/** Nothing stands where the unset is the later. */
function showUnlessUnset(said: Said): TraitValue | undefined {
	const value = said.find(isSet);
	const unset = said.find((one) => !isSet(one));
	return value && unset && byTimeAndValue(unset, value) > 0 ? undefined : value;
}

/** A value that many said together comes from the latest of them. */
function together(said: Said, value: Json): TraitValue | undefined {
	const last = latest(said);
	return last && { ...last, value };
}

function keepUnion(said: Said): Said {
	const unset = latest(said.filter((one) => !isSet(one)));
	const members = new Map<string, TraitValue>();
	for (const one of said.flatMap(membersOf)) {
		const text = canonical(one.value);
		const known = members.get(text);
		const isLater = !known || byTimeAndValue(one, known) > 0;
		if (isLater && text.length <= MAX_VALUE_LENGTH && (!unset || byTimeAndValue(one, unset) > 0))
			members.set(text, one);
	}
	const kept = [...members.values()].sort((x, y) => byTimeAndValue(y, x)).slice(0, MAX_VALUES);
	return [...list(unset), ...kept];
}

/** A list gives what is in it, however deep; nothing in it is an unset. */
function membersOf(one: TraitValue): TraitValue[] {
	const { value } = one;
	if (value === null) return [];
	return Array.isArray(value) ? value.flatMap((member: Json) => membersOf({ ...one, value: member })) : [one];
}

const rankOf = ({ source }: TraitValue, { sources }: SaidRule): number => {
	const rank = sources.indexOf(source);
	return rank < 0 ? sources.length : rank;
};

const isSet = ({ value }: TraitValue): boolean => value !== null;
const latest = (said: Said): TraitValue | undefined => greatest(said, byTimeAndValue);
const list = (one: TraitValue | undefined): Said => (one ? [one] : []);
const decimal = (value: Json): string | undefined => (typeof value === "number" ? decimalOf(value) : undefined);
const withUnset = (said: Said, value: TraitValue | undefined): Said => [
	...list(value),
	...list(latest(said.filter((one) => !isSet(one)))),
];

/** Numbers, or texts where no number was said. */
function comparable(said: Said): Said {
	const numbers = said.filter(({ value }) => typeof value === "number");
	return numbers.length > 0 ? numbers : said.filter(({ value }) => typeof value === "string");
}
