import type * as z from "zod/v4/core";

/** A schema of zod, of either form. */
type Shape<T> = z.$ZodType<T> & { safeParse(data: unknown): z.util.SafeParseResult<T> };

/**
 * Reads a function's environment once, at cold start. Throws an error that names every variable that is missing or
 * wrong, and never what its value was: a value may be a secret.
 */
export function readConfig<T>(shape: Shape<T>, env: Readonly<Record<string, string | undefined>>): T {
	const parsed = shape.safeParse(env);
	if (parsed.success) return parsed.data;
	const wrong = new Set(parsed.error.issues.map(({ path }) => path.join(".")));
	const list = [...wrong].map((name) => `${name} is ${env[name] === undefined ? "missing" : "not valid"}`);
	throw new Error(`bad configuration: ${list.join(", ")}`);
}
