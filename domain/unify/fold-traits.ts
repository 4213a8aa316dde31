import type { SourcedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import type { Fragment, TraitValue } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import type { TraitRules } from "./trait-rules.ts";
import { LAST_SAID } from "./trait-said.ts";
import { normaliseTrait } from "./trait-strategies.ts";
import { byTimeAndValue } from "./trait-values.ts";

/** Values a fragment keeps of traits that nobody defined: the last set, beyond that many the others are forgotten. With the values' limit: under 300 KB. */
export const MAX_TRAITS = 256;

/**
 * Characters of JSON that all defined traits have together. Only a sender who fills unions on purpose comes near; from there
 * on his unions stay as they are: better than an item that the store refuses.
 */
const MAX_DEFINED_LENGTH = 60_000;
/** No strategy but `union` keeps more: ten sources and all others, inferred and declared. */
const MAX_FEW = 22;

type Traits = Fragment["traits"];

/** What an event says of its person: an `identify` call's traits. A `group` call's are the account's. */
export const traitsOfPerson = ({ type, traits }: SourcedEvent): JsonObject | undefined =>
	type === "identify" ? traits : undefined;

/** The traits with what more events said; the very same ones when they said nothing. */
export function foldTraits(
	known: Traits,
	events: readonly SourcedEvent[],
	{ rules, traitsOf }: { readonly rules: TraitRules; readonly traitsOf: typeof traitsOfPerson },
): Traits {
	const said = Map.groupBy(
		events.flatMap((event) => entriesOf(event, traitsOf(event))),
		([name]) => name,
	);
	if (said.size === 0) return known;
	const traits = new Map(Object.entries(known));
	for (const [name, entries] of said) {
		const rule = rules.saidOf(name);
		const kept = rule ? normaliseTrait(rule, [...(traits.get(name) ?? []), ...entries.map(([, one]) => one)]) : [];
		if (kept.length > 0) traits.set(name, kept);
		else traits.delete(name);
	}
	return Object.fromEntries(fitting(traits, known, rules));
}

/** A person's own word, where the event says that it is: `context.declared`. */
function entriesOf({ timestamp: at, messageId, source, context }: SourcedEvent, traits: JsonObject = {}) {
	const declared = context.declared === true && { declared: true as const };
	return Object.entries(traits).map(([name, value]): [string, TraitValue] => [
		name,
		{ value, at, messageId, source, ...declared },
	]);
}

function fitting(traits: ReadonlyMap<string, readonly TraitValue[]>, known: Traits, rules: TraitRules) {
	const all = [...traits];
	if (all.length <= MAX_TRAITS / 2)
		return all.some(([, { length }]) => length > 2) ? notTooLong(all, known, rules) : all;
	const isDefined = ([name]: (typeof all)[number]): boolean => rules.saidOf(name) !== LAST_SAID;
	return [...notTooLong(all.filter(isDefined), known, rules), ...lastSet(all.filter((one) => !isDefined(one)))];
}

function notTooLong(all: readonly [string, readonly TraitValue[]][], known: Traits, rules: TraitRules) {
	const defined = all.filter(([name]) => rules.saidOf(name) !== LAST_SAID);
	if (JSON.stringify(defined).length <= MAX_DEFINED_LENGTH) return all;
	return all.flatMap(([name, said]): typeof all => {
		if (said.length <= MAX_FEW) return [[name, said]];
		const before = Object.hasOwn(known, name) ? known[name] : undefined;
		return before ? [[name, before]] : [];
	});
}

/** Which values are the last set does not depend on when the others were dropped: of each, its time only grows. */
function lastSet(traits: readonly [string, readonly TraitValue[]][]): [string, readonly TraitValue[]][] {
	const each = traits.flatMap(([name, said]) => said.map((one) => ({ name, one })));
	if (each.length <= MAX_TRAITS) return [...traits];
	const kept = each.sort((x, y) => byTimeAndValue(y.one, x.one) || compareText(x.name, y.name)).slice(0, MAX_TRAITS);
	return [...Map.groupBy(kept, ({ name }) => name)].map(([name, all]) => [name, all.map(({ one }) => one).reverse()]);
}
