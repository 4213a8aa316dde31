import type { Json } from "#domain/model/json.ts";
import type { TraitValue } from "#domain/model/profile.ts";
import { canonical } from "#domain/rules/event-conditions.ts";
import { compareValues } from "#domain/rules/measures/compare-values.ts";
import { decimal, isSet, latest, list, type PerStrategy, rankOf, type Said } from "./trait-said.ts";
import { byTimeAndValue, greatest } from "./trait-values.ts";

/** A union has this many values at most, those said last. */
export const MAX_VALUES = 100;
/** Characters of JSON; longer ones are no members of a set but texts, and are left out of a union. */
const MAX_VALUE_LENGTH = 128;

/** What each strategy keeps of all that was said, declared or inferred; `normaliseTrait` says why that is enough. */
export const KEPT: PerStrategy<Said> = {
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

const withUnset = (said: Said, value: TraitValue | undefined): Said => [
	...list(value),
	...list(latest(said.filter((one) => !isSet(one)))),
];

/** Numbers, or texts where no number was said. */
function comparable(said: Said): Said {
	const numbers = said.filter(({ value }) => typeof value === "number");
	return numbers.length > 0 ? numbers : said.filter(({ value }) => typeof value === "string");
}
