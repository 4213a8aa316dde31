import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Json } from "#domain/model/json.ts";

export type Attributes = Record<string, AttributeValue>;

/** DynamoDB takes 32 levels of lists and maps, counted with the item itself. */
const LEVELS = 30;
/** The magnitudes a number may have, beside zero. Its 38 digits are more than any of ours has. */
const SMALLEST = 1e-130;
const LARGEST = 9.99e125;

/**
 * The attributes DynamoDB keeps these fields as; undefined ones are left out. Fields hold what people and senders chose,
 * so anything JSON can say must be kept: what DynamoDB has no form for (deeper nesting, a number out of its range) is
 * kept as JSON in a binary, which nothing else becomes. Not `marshall` of util-dynamodb: it looks at a value's
 * `constructor`, which a sender may have named a property.
 */
export function toAttributes(fields: { readonly [name: string]: Json | undefined }, level = 0): Attributes {
	const attributes = Object.entries(fields).flatMap(([name, value]): [string, AttributeValue][] =>
		value === undefined ? [] : [[name, toAttribute(value, level)]],
	);
	return Object.fromEntries(attributes);
}

/** One value, on its level of nesting. */
export function toAttribute(value: Json, level = 0): AttributeValue {
	if (value === null) return { NULL: true };
	if (typeof value === "boolean") return { BOOL: value };
	if (typeof value === "string") return { S: value.toWellFormed() };
	if (typeof value === "number") return isInRange(value) ? { N: String(value) } : asJson(value);
	if (level >= LEVELS || Object.hasOwn(value, "__proto__")) return asJson(value);
	if (isList(value)) return { L: value.map((part) => toAttribute(part, level + 1)) };
	return { M: toAttributes(value, level + 1) };
}

/** The inverse of `toAttributes`. Throws on the types that it never writes. */
export function fromAttributes(attributes: Attributes): { [name: string]: Json } {
	const fields = Object.entries(attributes).map(([name, value]): [string, Json] => [name, fromAttribute(value)]);
	return Object.fromEntries(fields);
}

function fromAttribute(value: AttributeValue): Json {
	if (value.S !== undefined) return value.S;
	if (value.N !== undefined) return Number(value.N);
	if (value.M !== undefined) return fromAttributes(value.M);
	if (value.L !== undefined) return value.L.map(fromAttribute);
	if (value.BOOL !== undefined) return value.BOOL;
	if (value.NULL) return null;
	if (value.B !== undefined) return JSON.parse(Buffer.from(value.B).toString()) as Json;
	throw new Error(`the table holds an attribute of a type that Tutti does not write: ${Object.keys(value).join()}`);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const asJson = (value: Json): AttributeValue => ({ B: Buffer.from(JSON.stringify(value)) });

function isInRange(value: number): boolean {
	const size = Math.abs(value);
	return size === 0 || (size >= SMALLEST && size <= LARGEST);
}
