import type { Comparison } from "#contracts/definitions/condition.ts";
import type { Asked, AskedGroup, Test } from "./asked.ts";
import type { LeafNode } from "./condition-tree.ts";

type TraitNode = Extract<LeafNode, { kind: "trait" }>;
type Scalar = string | number | boolean;

/** As many values are compared one by one; more are looked up. */
const MAX_LISTED = 8;

/** The parts of a group, in whatever order: those that are asked first may spare the others. */
export type InOrder = (group: AskedGroup) => readonly Asked[];

/**
 * A condition as code of its own; undefined where the runtime makes no code of text.
 *
 * Nothing of a definition becomes code: the text is made of the words that stand here, of numbers that count closures,
 * and of texts, finite numbers and booleans as JSON writes them, which is how the language writes them too.
 */
export function generateTest(asked: Asked, inOrder: InOrder): Test | undefined {
	const closures: Test[] = [];
	const code = codeOf(asked, { closures, inOrder });
	const names = closures.map((_, i) => `ask${i}`);
	const body = `"use strict"; return (facts, now) => { const { traits } = facts; let value; return ${code}; };`;
	try {
		// oxlint-disable-next-line typescript/no-implied-eval -- of no text that anybody wrote, as said above
		return new Function(...names, body)(...closures) as Test; // by the text above
	} catch (error) {
		if (error instanceof EvalError) return undefined;
		throw error;
	}
}

type Making = { readonly closures: Test[]; readonly inOrder: InOrder };

function codeOf(asked: Asked, making: Making): string {
	if (asked.kind === "leaf") {
		const { node, key } = asked;
		// what is computed of events has a measure, and is no plain fact
		const own = node.kind === "trait" && key === undefined ? codeOfTrait(node) : undefined;
		return own === undefined ? `ask${making.closures.push(asked.test) - 1}(facts, now)` : `(${own})`;
	}
	const parts = making.inOrder(asked).map((part) => codeOf(part, making));
	if (asked.kind === "all") return `(${["true", ...parts].join(" && ")})`;
	const some = `(${["false", ...parts].join(" || ")})`;
	return asked.kind === "any" ? some : `!${some}`;
}

/** Undefined for what is asked as well by a closure. */
function codeOfTrait({ name, steps, is }: TraitNode): string | undefined {
	// what every object has must be the profile's own
	if (steps.length > 0 || name in Object.prototype) return undefined;
	return codeOfComparison(`traits[${JSON.stringify(name)}]?.value`, is);
}

function codeOfComparison(value: string, is: Comparison): string | undefined {
	switch (is.op) {
		case "eq":
			return `${value} === ${literal(is.value)}`;
		case "ne":
			return `typeof (value = ${value}) === "${typeof is.value}" && value !== ${literal(is.value)}`;
		case "in": {
			const [first, ...others] = is.value.map(literal);
			if (others.length >= MAX_LISTED) return undefined;
			return [`(value = ${value}) === ${first}`, ...others.map((other) => `value === ${other}`)].join(" || ");
		}
		case "exists":
			return `(value = ${value}) !== undefined && value !== null`;
		case "not_exists":
			return `(value = ${value}) === undefined || value === null`;
		case "gt":
		case "gte":
		case "lt":
		case "lte":
			return typeof is.value === "number"
				? `typeof (value = ${value}) === "number" && value ${SIGNS[is.op]} ${literal(is.value)}`
				: undefined;
		case "not_in":
		case "contains":
		case "contains_any":
		case "not_contains":
		case "starts_with":
		case "ends_with":
		case "before":
		case "after":
		case "within_last":
		case "within_next":
		case "before_last":
		case "after_next":
			return undefined;
	}
}

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** What is not finite is none in JSON: no definition can say it, and nothing is equal to it. */
const literal = (value: Scalar): string =>
	typeof value === "number" && !Number.isFinite(value) ? "NaN" : JSON.stringify(value);
