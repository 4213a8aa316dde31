import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsCollected } from "#contracts/bus/events-collected.ts";
import { type Envelope, envelopes, type Packing } from "#domain/collect/envelopes.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { accept, acceptText, byteLength, NOW } from "./acceptance.ts";

const LIMIT = 240 * 1024;

function pack(
	events: readonly CollectedEvent[],
	bytesAtMost: number,
	publish: Packing["publish"] = "envelope",
): Envelope[] {
	return envelopes({ source: "web", receivedAt: NOW, events }, { batchId: "b", publish, bytesAtMost, byteLength });
}

const track = (event: string, size = 0) => ({
	type: "track",
	event,
	userId: "u",
	properties: { text: "x".repeat(size) },
});

/** Accepts a text as it is: numbers would change if it was written again. */
function accepting(text: string) {
	const acceptance = acceptText(text, "batch");
	if (typeof acceptance === "string") throw new Error(`not accepted: ${acceptance}`);
	return acceptance;
}

describe("envelopes", () => {
	it("packs a request into one, and says which types and names are in it", () => {
		const batch = [
			track("Ordered"),
			track("Viewed"),
			track("Ordered"),
			{ type: "page", userId: "u", event: "not a name" },
		];
		const { accepted, bytesAtMost } = accept({ batch });
		expect(pack(accepted, bytesAtMost)).toEqual([
			{
				version: 1,
				batchId: "b",
				source: "web",
				receivedAt: NOW,
				types: ["track", "page"],
				names: ["Ordered", "Viewed"],
				events: accepted,
			},
		]);
	});

	it("packs nothing into none", () => {
		expect(pack([], 0)).toEqual([]);
		expect(pack([], 0, "single")).toEqual([]);
	});

	it("splits by event where the source wants it", () => {
		const { accepted, bytesAtMost } = accept({ batch: [track("A"), track("B")] });
		expect(pack(accepted, bytesAtMost, "single")).toMatchObject([
			{ batchId: "b:1", names: ["A"], events: [accepted[0]] },
			{ batchId: "b:2", names: ["B"], events: [accepted[1]] },
		]);
	});

	it("splits no more often than it must", () => {
		const { accepted, bytesAtMost } = accept({ batch: Array.from({ length: 15 }, () => track("A", 30_000)) });
		expect(pack(accepted, bytesAtMost).map(({ events }) => events.length)).toEqual([8, 7]);
	});

	it("keeps every event, in its order, in envelopes of at most 240 KB that keep their contract", () => {
		const sizes = fc.array(fc.tuple(fc.nat(28_000), fc.nat(9), fc.nat(3000)), { minLength: 1, maxLength: 16 });
		fc.assert(
			fc.property(sizes, fc.boolean(), (given, isSingle) => {
				const batch = given.map(([size, name, numbers]) => ({
					...track(`Event ${name} ${"é".repeat(name * 100)}`, size),
					traits: { many: Array(numbers).fill(0) },
				}));
				const { accepted, bytesAtMost } = accept({ batch });
				const packed = pack(accepted, bytesAtMost, isSingle ? "single" : "envelope");
				expect(packed.flatMap(({ events }) => events)).toEqual(accepted);
				expect(new Set(packed.map(({ batchId }) => batchId)).size).toBe(packed.length);
				for (const envelope of packed) {
					expect(byteLength(JSON.stringify(envelope))).toBeLessThanOrEqual(LIMIT);
					expect(eventsCollected.safeParse(envelope).success).toBe(true);
				}
			}),
			{ numRuns: 50 },
		);
	});

	it.each([
		{
			what: "numbers that grow when they are written again",
			item: `{"type":"track","event":"E","userId":"u","properties":{"n":[${Array(1300).fill("1e20").join(",")}]}}`,
			times: 12,
		},
		{
			what: "one body of growing numbers under 32 KB",
			item: `{"type":"track","event":"E","userId":"u","properties":{"n":[${Array(100).fill("9e20").join(",")}]}}`,
			times: 50,
		},
		{ what: "2,000 of the shortest events", item: '{"type":"page","userId":"u"}', times: 2000 },
		{
			what: "names as long as events may be",
			item: `{"type":"track","userId":"u","event":"${"n".repeat(30_000)}"}`,
			times: 12,
		},
	])("never makes one too large of $what", ({ item, times }) => {
		const text = `{"batch":[${Array(times).fill(item).join(",")}]}`;
		const { accepted, bytesAtMost } = accepting(text);
		const packed = pack(accepted, bytesAtMost);
		expect(packed.flatMap(({ events }) => events)).toHaveLength(times);
		for (const envelope of packed) expect(byteLength(JSON.stringify(envelope))).toBeLessThanOrEqual(LIMIT);
	});

	it("is told no fewer bytes than the events take", () => {
		const number = fc.oneof(fc.constantFrom("1e20", "9E+20", "-9e20", "1E5"), fc.integer().map(String));
		const item = fc
			.array(number, { maxLength: 400 })
			.map((n) => `{"type":"page","userId":"u","properties":{"n":[${n}]}}`);
		const shared = fc.record({ text: fc.string({ maxLength: 200 }) });
		fc.assert(
			fc.property(fc.array(item, { minLength: 1, maxLength: 40 }), shared, (items, context) => {
				const text = `{"context":${JSON.stringify(context)},"batch":[${items}]}`;
				const { accepted, bytesAtMost } = accepting(text);
				expect(byteLength(JSON.stringify(accepted))).toBeLessThanOrEqual(bytesAtMost);
			}),
		);
	});
});
