import type { Json } from "#domain/model/json.ts";

/** How many bytes of UTF-8 a text takes. Injected: what is pure knows no buffers. */
export type ByteLength = (text: string) => number;

/** A character takes 6 bytes at most: a control character as `\u0001`. */
const BYTES_PER_CHARACTER = 6;
/** No number is longer in JSON: `-1.2345678901234567e-300`. */
const BYTES_PER_NUMBER = 24;

/**
 * More bytes than the value's JSON can have, at a fraction of what writing it would cost. Most events are so far below
 * the limit that this says enough.
 */
export function bytesAtMost(value: Json | undefined): number {
	if (typeof value === "string") return value.length * BYTES_PER_CHARACTER + 2;
	return typeof value === "object" && value !== null ? bytesOfChildrenAtMost(value) : BYTES_PER_NUMBER;
}

function bytesOfChildrenAtMost(value: Exclude<Json, string | number | boolean | null>): number {
	let bytes = 2;
	for (const [key, child] of Object.entries(value)) bytes += key.length * BYTES_PER_CHARACTER + 4 + bytesAtMost(child);
	return bytes;
}

/** Whether the value's JSON takes more than so many bytes; writes it out only when a glance does not say. */
export function isLarger(value: Json | undefined, bytes: number, byteLength: ByteLength): boolean {
	return bytesAtMost(value) > bytes && byteLength(JSON.stringify(value)) > bytes;
}
