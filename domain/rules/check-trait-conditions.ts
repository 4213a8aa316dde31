import type { Comparison, TraitLeaf } from "#contracts/definitions/condition.ts";
import { oneOf } from "#contracts/definitions/fault-words.ts";
import type { Computation, Strategy, TraitDefinition } from "#contracts/definitions/trait.ts";
import type { WorkspaceProblem } from "./workspace-problem.ts";

type Problem = Pick<WorkspaceProblem, "path" | "wrong" | "right">;

/** What every value of a defined trait is, where its definition makes that sure. */
type Form = "a number" | "a list" | "a single value";

const COMPUTED: { readonly [compute in Computation]: Form } = {
	count: "a number",
	sum: "a number",
	avg: "a number",
	min: "a number",
	max: "a number",
	unique_count: "a number",
	days_since: "a number",
	unique_list: "a list",
	most_frequent: "a single value",
	first: "a single value",
	last: "a single value",
};

const SAID: { readonly [strategy in Strategy]?: Form } = {
	sum: "a number",
	union: "a list",
	max: "a single value",
	min: "a single value",
};

const OPERATORS: { readonly [form in "a number" | "a list"]: readonly Comparison["op"][] } = {
	"a number": ["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "exists", "not_exists"],
	"a list": ["contains", "not_contains", "contains_any", "exists", "not_exists"],
};

/**
 * What is wrong with a condition on a trait, as far as the trait's own definition shows it: what can never be so. Of a trait
 * that nobody defined nothing is known.
 */
export function checkTraitCondition({ trait, is, for: held }: TraitLeaf, all: readonly TraitDefinition[]): Problem[] {
	const [name = trait, ...steps] = trait.split(".");
	const definition = all.find((each) => each.trait === name);
	if (!definition) return [];
	if (held !== undefined && !isSaidLast(definition)) return [cannotHaveBeen(name, definition)];
	const form = "compute" in definition ? COMPUTED[definition.compute] : SAID[definition.strategy];
	if (form === undefined) return [];
	if (steps.length > 0) {
		return [{ path: ["trait"], wrong: `${name} is ${form}: it has no fields`, right: `did you mean ${name}?` }];
	}
	return form === "a single value" ? [] : findMisfit(name, is, form);
}

const isSaidLast = (definition: TraitDefinition): boolean => "strategy" in definition && definition.strategy === "last";

function cannotHaveBeen(name: string, definition: TraitDefinition): Problem {
	const why = "compute" in definition ? "is computed" : `goes by ${definition.strategy}`;
	return { path: ["for"], wrong: `\`for\` goes by what was said last, and ${name} ${why}`, right: "leave it out" };
}

function findMisfit(name: string, is: Comparison, form: keyof typeof OPERATORS): Problem[] {
	const allowed = OPERATORS[form];
	if (!allowed.includes(is.op)) {
		return [{ path: ["is", "op"], wrong: `${name} is ${form}: it is never ${is.op}`, right: oneOf(allowed) }];
	}
	if (form === "a list" || !("value" in is)) return [];
	const values: readonly unknown[] = Array.isArray(is.value) ? is.value : [is.value];
	if (values.some((value) => typeof value === "number")) return [];
	return [{ path: ["is", "value"], wrong: `${name} is a number, and nothing else is compared with one`, right: form }];
}
