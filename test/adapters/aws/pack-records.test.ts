import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BILLED_BYTES, packRecords, RECORD_LIMITS } from "#adapters/aws/firehose/pack-records.ts";

/** Lines as rows are: some hundred bytes by the names of their columns alone. */
const lines = (count: number, bytes: number) =>
	Array.from(
		{ length: count },
		(_, n) => `${`${n} `.padEnd(bytes - 1, "x")}
`,
	);
const sizes = fc.array(fc.integer({ min: 400, max: 130_000 }), { maxLength: 60 });
const manySmall = fc.array(fc.integer({ min: 400, max: 2000 }), { minLength: 480, maxLength: 1100 });
/** Full records and a little more, which must not stand alone. */
const justOver = fc
	.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 400, max: 2000 }))
	.map(([full, more, size]) => Array<number>(full * 450 + more).fill(size));
const linesOf = (lengths: readonly number[]) =>
	lengths.map(
		(length, n) => `${`${n}`.padEnd(length - 1, "é")}
`,
	);

describe("packRecords", () => {
	it("keeps every line once, in order, within the limits, says which are where, and bills no record of less than 5 KB", () => {
		fc.assert(
			fc.property(fc.oneof(sizes, manySmall, justOver).map(linesOf), (given) => {
				const packed = packRecords(given);
				const records = packed.map(({ data }) => data.toString());
				expect(records.join("")).toBe(given.join(""));
				expect(packed.map(({ from, to }) => given.slice(from, to).join(""))).toEqual(records);
				const bytes = records.map((record) => Buffer.byteLength(record));
				expect(Math.max(0, ...bytes)).toBeLessThanOrEqual(RECORD_LIMITS.bytes);
				for (const record of records) expect(record.split("\n").length - 1).toBeLessThanOrEqual(RECORD_LIMITS.lines);
				if (records.length > 1) expect(Math.min(...bytes)).toBeGreaterThanOrEqual(BILLED_BYTES);
			}),
			{ numRuns: 60 },
		);
	});

	it.each<{ what: string; given: string[]; expected: number }>([
		{ what: "nothing", given: [], expected: 0 },
		{ what: "one small line, under 5 KB as it is", given: lines(1, 500), expected: 1 },
		{ what: "as many lines as a record holds", given: lines(450, 500), expected: 1 },
		{ what: "a last line too small to stand alone", given: lines(451, 500), expected: 1 },
		{ what: "a last line large enough to stand alone", given: [...lines(450, 500), ...lines(1, 6000)], expected: 2 },
		{ what: "more bytes than a record holds", given: lines(20, 100_000), expected: 3 },
		{
			what: "a line larger than a record, for Firehose to refuse",
			given: [...lines(1, 1_200_000), ...lines(1, 6000)],
			expected: 2,
		},
	])("makes $expected records of $what", ({ given, expected }) => {
		expect(packRecords(given)).toHaveLength(expected);
	});
});
