import type { Json } from "#domain/model/json.ts";
import type { KnownTrait, TraitValue } from "#domain/model/profile.ts";
import { compareValues } from "#domain/rules/measures/compare-values.ts";
import { addDecimals } from "#domain/rules/measures/exact-sum.ts";
import { KEPT } from "./trait-kept.ts";
import { decimal, isSet, latest, type PerStrategy, rankOf, type Said, type SaidRule } from "./trait-said.ts";
import { byTimeAndValue } from "./trait-values.ts";

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
