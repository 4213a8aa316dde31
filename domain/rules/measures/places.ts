import { compareText } from "#domain/rules/compare.ts";
import type { Hash } from "./measure.ts";

/** The place of a value between 0 and 1: its hash, so that places lie evenly. */
export type PlaceOf = (value: string) => number;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Characters of base64url that fit into a double: 48 bits. */
const PLACE_DIGITS = 8;

/** Enough for the tables of a batch; it begins anew when it is full. */
const MAX_REMEMBERED = 20_000;

/** The places of values by their hashes. They are remembered: of a table that is full, each is asked for with every event. */
export function placesBy(hash: Hash): PlaceOf {
	const known = new Map<string, number>();
	return (value) => {
		const place = known.get(value) ?? placeOf(hash(value));
		if (known.size >= MAX_REMEMBERED) known.clear();
		known.set(value, place);
		return place;
	};
}

function placeOf(hash: string): number {
	let place = 0;
	for (const digit of hash.slice(0, PLACE_DIGITS)) place = place * 64 + DIGITS.indexOf(digit);
	return place / 64 ** PLACE_DIGITS;
}

/** Values in the order of their places. */
export const byPlace = (values: readonly string[], placeOf: PlaceOf): string[] =>
	values
		.map((value) => ({ value, place: placeOf(value) }))
		.sort((x, y) => x.place - y.place || compareText(x.value, y.value))
		.map(({ value }) => value);
