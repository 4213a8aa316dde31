import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMoment, writeIso } from "#domain/collect/iso-time.ts";

const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");
const anyTime = fc.integer({ min: EARLIEST, max: LATEST });

describe("writeIso", () => {
	it("writes what toISOString writes, in whatever order days come", () => {
		fc.assert(
			fc.property(fc.array(anyTime, { minLength: 1 }), (times) => {
				expect(times.map(writeIso)).toEqual(times.map((time) => new Date(time).toISOString()));
			}),
			{ numRuns: 1000 },
		);
	});

	it("makes times before the year 1 its first moment", () => {
		expect(writeIso(EARLIEST - 1)).toBe("0001-01-01T00:00:00.000Z");
	});
});

describe("readMoment", () => {
	it.each([
		{ given: "2026-10-09T08:53:20.123Z", expected: "2026-10-09T08:53:20.123Z" },
		{ given: "2026-10-09T08:53:20Z", expected: "2026-10-09T08:53:20.000Z" },
		{ given: "2026-10-09T10:53:20+02:00", expected: "2026-10-09T08:53:20.000Z" },
		{ given: "2026-10-09T10:53:20+0200", expected: "2026-10-09T08:53:20.000Z" },
		{ given: "2026-10-09T08:53:20.123456789Z", expected: "2026-10-09T08:53:20.123Z" },
		{ given: "2026-10-09T08:53:20", expected: "2026-10-09T08:53:20.000Z" },
		{ given: "2026-10-09 08:53:20.5", expected: "2026-10-09T08:53:20.500Z" },
		{ given: "2026-10-09T08:53Z", expected: "2026-10-09T08:53:00.000Z" },
		{ given: "2026-10-09", expected: "2026-10-09T00:00:00.000Z" },
		{ given: "0001-01-01T00:00:00Z", expected: "0001-01-01T00:00:00.000Z" },
		{ given: 1_791_536_000, expected: "2026-10-09T08:53:20.000Z" },
		{ given: 1_791_536_000.123, expected: "2026-10-09T08:53:20.123Z" },
		{ given: 1_791_536_000_123, expected: "2026-10-09T08:53:20.123Z" },
		{ given: 0, expected: "1970-01-01T00:00:00.000Z" },
		{ given: -1, expected: "1969-12-31T23:59:59.000Z" },
	])("reads $given as $expected", ({ given, expected }) => {
		expect(readMoment(given)).toEqual({ ms: Date.parse(expected), text: expected });
	});

	it.each([
		"yesterday",
		"09/10/2026",
		"2026-13-01T00:00:00.000Z",
		"2026-10-09T25:00:00.000Z",
		"2026-10-09T08:53:20.123Z ",
		"1791536000",
		"0000-12-31T23:59:59.999Z",
		"+12026-10-09T08:53:20.123Z",
		"9999-12-31T23:59:59-23:59",
		1e300,
		true,
		{},
		[],
	])("does not take %j for a time", (given) => {
		expect(readMoment(given)).toBe("invalid");
	});

	it.each([undefined, null, ""])("takes %j for none", (given) => {
		expect(readMoment(given)).toBeUndefined();
	});

	it("never keeps a day that no month has", () => {
		expect(readMoment("2026-02-30T00:00:00.000Z")).toMatchObject({ text: "2026-03-02T00:00:00.000Z" });
		fc.assert(
			fc.property(anyTime, (time) => {
				const text = new Date(time).toISOString();
				expect(readMoment(text)).toEqual({ ms: time, text });
			}),
			{ numRuns: 1000 },
		);
	});
});
