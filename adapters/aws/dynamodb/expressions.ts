import type { Changes, Condition, ItemQuery } from "#adapters/items/item-store.ts";
import type { Json } from "#domain/model/json.ts";
import { type Attributes, toAttribute } from "./attributes.ts";

/** The names and values an expression stands on. */
export type Named = { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Attributes };

/**
 * Placeholders for one request. Every name and value goes through one: an attribute may be called like a reserved word
 * of DynamoDB's or have a dot in it.
 */
export function placeholders() {
	const names: [string, string][] = [];
	const values: [string, ReturnType<typeof toAttribute>][] = [];
	return {
		name: (attribute: string): string => {
			const known = names.find(([, name]) => name === attribute);
			if (known) return known[0];
			const placeholder = `#${names.length}`;
			names.push([placeholder, attribute]);
			return placeholder;
		},
		value: (value: Json): string => {
			const placeholder = `:${values.length}`;
			values.push([placeholder, toAttribute(value)]);
			return placeholder;
		},
		/** What was given out, as the request wants it: DynamoDB refuses empty maps. */
		named: (): Named => ({
			...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
			...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
		}),
	};
}

export type Placeholders = ReturnType<typeof placeholders>;

/**
 * The condition as an expression; undefined when there is nothing that must hold. An item past its `ttl` is not there
 * to a reader, so it is not there to a condition either, though DynamoDB may keep it for days.
 */
export function conditionExpression(condition: Condition, used: Placeholders, now: Date): string | undefined {
	const { name, value } = used;
	const equals = Object.entries(condition.equals ?? {});
	if (equals.length === 0 && !condition.absent && !condition.present) return undefined;
	const expired = `${name("ttl")} <= ${value(Math.floor(now.getTime() / 1000))}`;
	const parts = equals.map(([attribute, expected]) => {
		const equal = `${name(attribute)} = ${value(expected)}`;
		if (expected === null) return `(attribute_not_exists(${name(attribute)}) OR ${equal} OR ${expired})`;
		return `${equal} AND NOT ${expired}`;
	});
	if (condition.absent) parts.push(`(attribute_not_exists(${name("pk")}) OR ${expired})`);
	if (condition.present) parts.push(`attribute_exists(${name("pk")}) AND NOT ${expired}`);
	return parts.join(" AND ");
}

/** Holds of every item and of none: a check must have an expression. */
export const alwaysHolds = ({ name }: Placeholders): string =>
	`attribute_exists(${name("pk")}) OR attribute_not_exists(${name("pk")})`;

/** The changes as an update expression. */
export function updateExpression(changes: Changes, { name, value }: Placeholders): string {
	const set = Object.entries(changes.set ?? {}).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`);
	const add = Object.entries(changes.add ?? {}).map(([attribute, by]) => `${name(attribute)} ${value(by)}`);
	const remove = (changes.remove ?? []).map(name);
	return [clause("SET", set), clause("ADD", add), clause("REMOVE", remove)].filter(Boolean).join(" ");
}

const clause = (word: string, parts: readonly string[]) => (parts.length === 0 ? "" : `${word} ${parts.join(", ")}`);

/** Which items a query reads. DynamoDB takes one condition on the sort key, and no empty text in it. */
export function keyExpression({ pk, prefix, from, to }: ItemQuery, { name, value }: Placeholders): string {
	const partition = `${name("pk")} = ${value(pk)}`;
	if (prefix) return `${partition} AND begins_with(${name("sk")}, ${value(prefix)})`;
	if (from && to !== undefined) return `${partition} AND ${name("sk")} BETWEEN ${value(from)} AND ${value(to)}`;
	if (from) return `${partition} AND ${name("sk")} >= ${value(from)}`;
	return to === undefined ? partition : `${partition} AND ${name("sk")} <= ${value(to)}`;
}
