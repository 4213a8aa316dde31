import type { Json, JsonObject } from "#domain/model/json.ts";
import { MAX_LEVELS } from "./limits.ts";

/**
 * A request's body, and what its text gave reason to look at more closely. Both looks are cheap beside the parse and may
 * raise a false alarm, never miss one.
 */
export type ParsedBody = {
	readonly value: JsonObject;
	/** The text has more brackets than levels are allowed: only then can it be too deep. */
	readonly maybeDeep: boolean;
	/** The text has what a forbidden key, a NUL or half a surrogate pair cannot be written without. */
	readonly maybeOdd: boolean;
};

export type ParseRefusal = "body_not_json" | "body_not_object";

/** Parses with the engine's own parser: a reviver that guards prototypes costs five times the parse. */
export function parseBody(text: string): ParsedBody | ParseRefusal {
	const value = parse(text);
	if (value === undefined) return "body_not_json";
	if (!isObject(value)) return "body_not_object";
	return { value, maybeDeep: hasManyBrackets(text), maybeOdd: isOdd(text) };
}

export const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** The value, or undefined when the text is not JSON. A byte order mark is skipped, as browsers do. */
function parse(text: string): Json | undefined {
	try {
		return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
	} catch {
		return undefined;
	}
}

function hasManyBrackets(text: string): boolean {
	let count = 0;
	for (const bracket of ["{", "["]) {
		for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
			count += 1;
			if (count > MAX_LEVELS) return true;
		}
	}
	return false;
}

/** `\u00` writes a NUL, and every letter of a key that wants to hide; `\ud` and `\uD` write surrogates. */
const isOdd = (text: string): boolean =>
	(text.includes("\\u") && /\\u(?:00|[dD])/.test(text)) ||
	(text.includes("proto") && /__proto__|"prototype"/.test(text));
