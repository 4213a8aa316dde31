const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(?:Z|([+-])(\d{2}):(\d{2})))?$/;

/**
 * The moment that a text names, milliseconds since 1970: a day (its beginning, UTC) or a moment with its offset, ISO 8601;
 * undefined for everything else: no other spelling, and no 30 February.
 */
export function momentOf(text: string): number | undefined {
	const parts = DATE.exec(text);
	if (!parts) return undefined;
	const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", sign, ahead = "0", minutes = "0"] =
		parts;
	const local = Date.UTC(
		Number(year),
		Number(month) - 1,
		Number(day),
		Number(hour),
		Number(minute),
		Number(second),
		Number(fraction.padEnd(3, "0")),
	);
	const isReal =
		new Date(local).toISOString().startsWith(text.slice(0, 10)) &&
		Number(hour) < 24 &&
		Number(minute) < 60 &&
		Number(second) < 60 &&
		Number(ahead) < 24 &&
		Number(minutes) < 60;
	if (!isReal) return undefined;
	const offset = (Number(ahead) * 60 + Number(minutes)) * 60_000;
	return sign === "-" ? local + offset : local - offset;
}
