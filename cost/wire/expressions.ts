import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Attributes = Record<string, AttributeValue>;
export type Named = {
	readonly ExpressionAttributeNames?: Record<string, string>;
	readonly ExpressionAttributeValues?: Attributes;
};

const TOKEN = /[(),]|<=|>=|=|[#:]\w+|\w+/g;

/**
 * Whether an item (undefined: there is none) meets a condition in DynamoDB's expression language, as far as Tutti speaks it:
 * comparisons, BETWEEN, NOT, AND, OR, attribute_exists, attribute_not_exists, begins_with.
 */
export function meets(item: Attributes | undefined, expression: string | undefined, named: Named): boolean {
	if (expression === undefined) return true;
	const tokens = expression.match(TOKEN) ?? [];
	let at = 0;
	const take = (): string => tokens[at++] ?? "";
	const skip = (token: string): boolean => tokens[at] === token && ++at > 0;
	const valueAt = (token: string): AttributeValue | undefined =>
		token.startsWith("#")
			? item?.[named.ExpressionAttributeNames?.[token] ?? token]
			: named.ExpressionAttributeValues?.[token];

	function either(): boolean {
		let holds = both();
		while (skip("OR")) holds = both() || holds;
		return holds;
	}
	function both(): boolean {
		let holds = one();
		while (skip("AND")) holds = one() && holds;
		return holds;
	}
	function one(): boolean {
		if (skip("NOT")) return !one();
		if (skip("(")) {
			const holds = either();
			take();
			return holds;
		}
		const first = take();
		return skip("(") ? called(first) : compared(valueAt(first));
	}
	function called(name: string): boolean {
		const subject = valueAt(take());
		const prefix = skip(",") ? valueAt(take()) : undefined;
		take();
		if (name === "attribute_exists") return subject !== undefined;
		if (name === "attribute_not_exists") return subject === undefined;
		if (name === "begins_with") return subject?.S?.startsWith(prefix?.S ?? "") ?? false;
		throw new Error(`the stub does not know the function ${name}`);
	}
	function compared(left: AttributeValue | undefined): boolean {
		const operator = take();
		const right = valueAt(take());
		if (operator === "=") return JSON.stringify(left) === JSON.stringify(right);
		if (operator === "<=") return order(left, right) <= 0;
		if (operator === ">=") return order(left, right) >= 0;
		if (operator !== "BETWEEN" || !skip("AND")) throw new Error(`the stub does not know the operator ${operator}`);
		return order(left, right) >= 0 && order(left, valueAt(take())) <= 0;
	}
	return either();
}

/** NaN for what cannot be compared, and then no comparison holds. */
function order(left: AttributeValue | undefined, right: AttributeValue | undefined): number {
	if (left?.N !== undefined && right?.N !== undefined) return Number(left.N) - Number(right.N);
	if (left?.S === undefined || right?.S === undefined) return Number.NaN;
	return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
}

/** The item after `SET … ADD … REMOVE …`. */
export function updated(item: Attributes, expression: string, named: Named): Attributes {
	let after = item;
	for (const [, clause = "", parts = ""] of expression.matchAll(CLAUSE)) {
		for (const part of parts.split(", ")) {
			const [token = "", value = ""] = part.split(clause === "SET" ? " = " : " ");
			const name = named.ExpressionAttributeNames?.[token] ?? token;
			after = changed(after, { clause, name, given: named.ExpressionAttributeValues?.[value] });
		}
	}
	return after;
}

const CLAUSE = /(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)/g;

type Change = { readonly clause: string; readonly name: string; readonly given: AttributeValue | undefined };

function changed(item: Attributes, { clause, name, given }: Change): Attributes {
	const { [name]: before, ...rest } = item;
	if (clause === "REMOVE" || !given) return rest;
	if (clause === "SET") return { ...rest, [name]: given };
	return { ...rest, [name]: { N: String(Number(before?.N ?? 0) + Number(given.N)) } };
}
