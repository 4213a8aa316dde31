import type { Json, JsonObject } from "#domain/model/json.ts";

/** How many bytes of UTF-8 a text takes. Injected: what is pure knows no buffers. */
export type ByteLength = (text: string) => number;

/** What a glance at a value tells of its JSON: more bytes than it can have, and how many numbers are in it. */
export type Weight = { bytesAtMost: number; numbers: number };

/** A character takes 6 bytes at most: a control character as `\u0001`. */
const BYTES_PER_CHARACTER = 6;
/** No number is longer in JSON: `-1.2345678901234567e-300`. `true`, `false` and `null` are shorter. */
const BYTES_PER_NUMBER = 24;
/** Quotes, and a comma or a colon. */
const BYTES_AROUND_TEXT = 4;

/**
 * Adds a value to a weight, at a fraction of what writing its JSON would cost. Most events are so far below every limit
 * that this says enough.
 */
export function weigh(value: Json | undefined, weight: Weight): void {
	if (typeof value === "string") weight.bytesAtMost += value.length * BYTES_PER_CHARACTER + BYTES_AROUND_TEXT;
	else if (typeof value === "object" && value !== null) weighChildren(value, weight);
	else {
		weight.bytesAtMost += BYTES_PER_NUMBER;
		weight.numbers += 1;
	}
}

function weighChildren(value: JsonObject | readonly Json[], weight: Weight): void {
	weight.bytesAtMost += 3;
	if (Array.isArray(value)) {
		for (const child of value) weigh(child, weight);
		return;
	}
	const object = value as JsonObject; // Array.isArray does not narrow readonly arrays away
	for (const key in object) {
		weight.bytesAtMost += key.length * BYTES_PER_CHARACTER + BYTES_AROUND_TEXT;
		weigh(object[key], weight);
	}
}
