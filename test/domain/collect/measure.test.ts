import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { weigh } from "#domain/collect/measure.ts";
import type { Json } from "#domain/model/json.ts";
import { byteLength } from "./acceptance.ts";
import { anyJson } from "./json-values.ts";

const weightOf = (value: Json) => {
	const weight = { bytesAtMost: 0, numbers: 0 };
	weigh(value, weight);
	return weight;
};

describe("weigh", () => {
	it("says no fewer bytes than the JSON has", () => {
		const extreme = fc.constantFrom<Json>(
			"\u0001\u0002",
			"é€😀",
			-Number.MIN_VALUE * 3,
			-1.234567890123456e-300,
			1e20,
			false,
			null,
			[[]],
			{
				"": {},
			},
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(anyJson, extreme)), (value) => {
				expect(weightOf(value).bytesAtMost).toBeGreaterThanOrEqual(byteLength(JSON.stringify(value)));
			}),
			{ numRuns: 1000 },
		);
	});

	it("stays below the limit for the events of everyday, so that they need not be written out", () => {
		const everyday = { event: "Order Completed", properties: { list: Array(50).fill({ sku: "a-1", price: 9.5 }) } };
		expect(weightOf(everyday).bytesAtMost).toBeLessThan(32 * 1024);
	});

	it("counts what may grow: numbers, and a few things that do not", () => {
		expect(weightOf({ a: 1, b: [2, { c: 3 }], d: "4" }).numbers).toBe(3);
	});
});
