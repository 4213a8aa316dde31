import type { Json } from "#domain/model/json.ts";

/** A value that can be counted or told apart from others. */
export type Scalar = string | number | boolean;

/** Text of at most `maxLength` characters (UTF-16 units), a number, true or false. */
export const isScalar = (value: Json | undefined, maxLength: number): value is Scalar =>
	typeof value === "string" ? value.length <= maxLength : typeof value === "number" || typeof value === "boolean";

/** A value as text, so that values of two types never meet: texts have `$` before them. */
export const keyOfValue = (value: Scalar): string => (typeof value === "string" ? `$${value}` : JSON.stringify(value));

/** The value that has this text. */
export const valueOfKey = (key: string): Scalar =>
	// written by `keyOfValue`
	key.startsWith("$") ? key.slice(1) : (JSON.parse(key) as number | boolean);
