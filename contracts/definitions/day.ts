import * as z from "zod";

const DAY = /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MOMENT =
	/^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

/** Whether a text begins with a day that the calendar has: no 30 February. */
function isInCalendar(text: string): boolean {
	const day = text.slice(0, 10);
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const NO_SUCH_DAY = { message: "a day that the calendar has", params: { wrong: "there is no such day" } };

/** `2026-01-31`: a day, UTC. */
export const day = z
	.string()
	.regex(DAY, "a day such as 2026-01-31")
	.refine(isInCalendar, NO_SUCH_DAY)
	.describe("A day, UTC: `2026-01-31`.");

/** A day (its beginning, UTC) or a moment with its offset; what `momentOf` in `domain/rules/dates.ts` reads, and no more. */
export const date = z
	.string()
	.regex(MOMENT, "a date such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z")
	.refine(isInCalendar, NO_SUCH_DAY)
	.describe("A day (its beginning, UTC) or a moment, ISO 8601: `2026-01-31`, `2026-01-31T12:00:00Z`.");
