import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchesOf } from "#adapters/aws/batches.ts";

const LIMITS = { count: 10, bytes: 100 };
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

describe("batchesOf", () => {
	it("keeps every item once and in order, and each batch within the limits but for an item too large for any", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 80 }), (sizes) => {
				const batches = [...batchesOf(sizes, LIMITS, (size) => size)];
				expect(batches.flat()).toEqual(sizes);
				for (const batch of batches) {
					expect(batch.length).toBeGreaterThan(0);
					expect(batch.length).toBeLessThanOrEqual(LIMITS.count);
					if (batch.length > 1) expect(sum(batch)).toBeLessThanOrEqual(LIMITS.bytes);
				}
			}),
		);
	});

	it("makes no more batches than it must: no item would have fitted into the batch before it", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 130 }), { maxLength: 80 }), (sizes) => {
				const batches = [...batchesOf(sizes, LIMITS, (size) => size)];
				for (const [i, batch] of batches.slice(1).entries()) {
					const before = batches[i] ?? [];
					const isFull = before.length === LIMITS.count || sum(before) + (batch[0] ?? 0) > LIMITS.bytes;
					expect(isFull).toBe(true);
				}
			}),
		);
	});
});
