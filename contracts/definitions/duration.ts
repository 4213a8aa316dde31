import * as z from "zod";

/** `30d`, `12h`, `90m`: a number of days (up to 400), hours (up to 9,600) or minutes (up to 9,999). */
export const duration = z
	.string()
	.regex(
		/^(400d|[1-3]\d\dd|[1-9]\d?d|9600h|9[0-5]\d\dh|[1-8]\d{3}h|[1-9]\d{0,2}h|[1-9]\d{0,3}m)$/,
		"days up to 400d, hours up to 9600h or minutes up to 9999m, such as 30d",
	)
	.describe("Days, hours or minutes: `30d`, `12h`, `90m`.");

const MINUTE = 60_000;
const UNITS: { readonly [unit: string]: number } = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** A duration in milliseconds; NaN of what is none. */
export const durationMs = (text: string): number =>
	Number.parseInt(text, 10) * (UNITS[text.at(-1) ?? ""] ?? Number.NaN);
