import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparison } from "#contracts/definitions/comparison.ts";
import { momentOf } from "#domain/rules/dates.ts";

describe("momentOf", () => {
	it.each<[text: string, moment: string | undefined]>([
		["2026-01-31", "2026-01-31T00:00:00.000Z"],
		["2024-02-29", "2024-02-29T00:00:00.000Z"],
		["2026-01-31T12:30Z", "2026-01-31T12:30:00.000Z"],
		["2026-01-31T12:30:15Z", "2026-01-31T12:30:15.000Z"],
		["2026-01-31T12:30:15.5Z", "2026-01-31T12:30:15.500Z"],
		["2026-01-31T12:30:15.25Z", "2026-01-31T12:30:15.250Z"],
		["2026-01-31T12:30:15.007Z", "2026-01-31T12:30:15.007Z"],
		["2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00.000Z"],
		["2026-12-31T23:30:00-05:30", "2027-01-01T05:00:00.000Z"],
		["2026-01-31T12:30:15.1234Z", undefined],
		["2026-01-31T12:30:15", undefined],
		["2026-01-31 12:30:15Z", undefined],
		["2026-01-31T12Z", undefined],
		["2026-01-31T24:00:00Z", undefined],
		["2026-01-31T12:60:00Z", undefined],
		["2026-01-31T12:30:60Z", undefined],
		["2026-01-31T12:30:00+24:00", undefined],
		["2026-01-31T12:30:00+01:60", undefined],
		["2026-01-31T12:30:00+0100", undefined],
		["2026-02-29", undefined],
		["2026-02-30", undefined],
		["2026-13-01", undefined],
		["2026-00-01", undefined],
		["2026-01-00", undefined],
		["2026-1-1", undefined],
		["20260131", undefined],
		["+002026-01-31", undefined],
		["0026-01-31", undefined],
		["2026-01-31\n", undefined],
		[" 2026-01-31", undefined],
		["", undefined],
	])("%j is %s", (text, moment) => {
		const read = momentOf(text);
		expect(read === undefined ? undefined : new Date(read).toISOString()).toBe(moment);
	});

	const part = (most: number, width = 2) => fc.nat(most).map((n) => String(n).padStart(width, "0"));
	const anyDate = fc
		.tuple(part(2999, 4), part(13), part(32), part(25), part(61), part(61), part(999, 3), part(25), part(61))
		.map(([year, month, day, hour, minute, second, fraction, ahead, minutes]) => ({
			day: `${year}-${month}-${day}`,
			time: `T${hour}:${minute}:${second}.${fraction}`,
			offset: `+${ahead}:${minutes}`,
		}));

	it("reads what the language reads, where it reads a day of the calendar and a time of the clock", () => {
		let read = 0;
		fc.assert(
			fc.property(anyDate, ({ day, time, offset }) => {
				const moment = momentOf(`${day}${time}${offset}`);
				if (moment === undefined) return;
				read++;
				expect(moment).toBe(Date.parse(`${day}${time}${offset}`));
				expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
			}),
			{ numRuns: 1000 },
		);
		expect(read).toBeGreaterThan(300);
	});

	it("reads every date that a definition may name", () => {
		let accepted = 0;
		fc.assert(
			fc.property(anyDate, fc.boolean(), ({ day, time, offset }, isDay) => {
				const value = isDay ? day : `${day}${time}${offset}`;
				if (!comparison.safeParse({ op: "before", value }).success) return;
				accepted++;
				expect(momentOf(value)).toEqual(expect.any(Number));
			}),
			{ numRuns: 1000 },
		);
		expect(accepted).toBeGreaterThan(300);
	});

	it("refuses in a definition every date of ours that it could not read", () => {
		fc.assert(
			fc.property(anyDate, ({ day, time, offset }) => {
				const value = `${day}${time}${offset}`;
				const isOld = day < "1000";
				expect(comparison.safeParse({ op: "after", value }).success).toBe(momentOf(value) !== undefined && !isOld);
			}),
			{ numRuns: 500 },
		);
	});
});
