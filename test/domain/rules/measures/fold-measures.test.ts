import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { MeasureState } from "#domain/model/profile.ts";
import { foldMeasures } from "#domain/rules/measures/fold-measures.ts";
import { filledKey, measureKeeper } from "#domain/rules/measures/keep-measure.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { placesBy } from "#domain/rules/measures/places.ts";
import { happenedAt } from "#test/support/event-times.ts";

const NOW = new Date("2026-03-01T12:30:00.000Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const keep = measureKeeper(sha256);
const bookOf = (...looks: (readonly [spec: MeasureSpec, keptMs?: number])[]) =>
	measureBook(
		looks.map(([spec, keptMs = Number.POSITIVE_INFINITY]) => keep({ spec, keptMs })),
		placesBy(sha256),
	);
const keyOf = (spec: MeasureSpec) => keep({ spec, keptMs: 0 }).key;

let counter = 0;
const bought = (hoursAgo: number, more: Partial<SourcedEvent> = {}): SourcedEvent => ({
	...{ messageId: `m-${++counter}`, type: "track", event: "Bought", context: {}, source: "web" },
	...happenedAt(new Date(NOW.getTime() - hoursAgo * HOUR).toISOString()),
	...more,
});
const fold = (book: ReturnType<typeof bookOf>, events: readonly SourcedEvent[], known?: MeasureState, now = NOW) =>
	foldMeasures(
		known,
		events.flatMap((event) => book.additionsOf(event)),
		{ ...book, now },
	);

const perDay: MeasureSpec = { kind: "count", event: "Bought", where: [], bucketMs: DAY };
const perMinute: MeasureSpec = { ...perDay, bucketMs: 60_000 };

describe("the book of measures", () => {
	const began = { ...keep({ spec: perDay, keptMs: 7 * DAY }), since: "2026-03-01T10:00:00.000Z" };
	const book = measureBook([began], () => 0);

	it("adds an event from the moment on a measure is kept, by when it was received", () => {
		expect(book.additionsOf(bought(5, { receivedAt: began.since }))).toHaveLength(1);
		expect(book.additionsOf(bought(1, { receivedAt: "2026-03-01T09:59:59.999Z" }))).toEqual([]);
	});

	it("tells names of events from traits, and both from what every object has", () => {
		const both = bookOf([perDay], [{ kind: "said", trait: "constructor", is: { op: "exists" }, bucketMs: DAY }]);
		expect(both.additionsOf(bought(1, { type: "identify", traits: { plan: 1 } }))).toEqual([]);
		expect(both.additionsOf(bought(1, { type: "screen" }))).toEqual([]);
		expect(both.additionsOf(bought(1, { type: "identify", traits: { constructor: "x" } }))).toHaveLength(1);
	});
});

describe("foldMeasures", () => {
	it("answers the very same state when nothing is added", () => {
		const book = bookOf([perDay]);
		const state = fold(book, [bought(1)]);
		expect(fold(book, [bought(1, { event: "Viewed" })], state)).toBe(state);
		expect(fold(book, [])).toBeUndefined();
	});

	it("drops stretches that have left every window, filled in or not, and nothing else", () => {
		const book = bookOf([perDay, 30 * DAY], [perMinute]);
		const [day, minute] = [keyOf(perDay), keyOf(perMinute)];
		const at = (days: number) => Math.floor(NOW.getTime() / DAY) - days;
		const many = Array.from({ length: 40 }, (_, days) => [at(days), { n: 1 }]);
		const known = { [day]: Object.fromEntries(many), [filledKey(day)]: { [at(35)]: { n: 7 }, [at(3)]: { n: 7 } } };
		const state = fold(book, [bought(0)], known);
		// one stretch more than the window sees
		expect(Object.keys(state?.[day] ?? {})).toHaveLength(32);
		expect(state?.[day]?.[at(0)]).toEqual({ n: 2 });
		expect(state?.[filledKey(day)]).toEqual({ [at(3)]: { n: 7 } });
		expect(Object.keys(state?.[minute] ?? {})).toHaveLength(1);
	});

	it("keeps of sayings the latest 64 and of steps the latest 50, whichever stretches they lie in", () => {
		const steps: MeasureSpec = { kind: "steps", steps: [{ event: "Bought", where: [] }], bucketMs: HOUR };
		const said: MeasureSpec = { kind: "said", trait: "plan", is: { op: "exists" }, bucketMs: DAY };
		const book = bookOf([steps], [said]);
		let state: MeasureState | undefined;
		for (let hours = 100; hours > 0; hours--) {
			state = fold(book, [bought(hours), bought(hours, { type: "identify", traits: { plan: 1 } })], state);
		}
		const times = (spec: MeasureSpec) =>
			Object.values(state?.[keyOf(spec)] ?? {}).flatMap((bucket) =>
				[...(bucket.said ?? []), ...(bucket.steps ?? [])].map(([at]) => at),
			);
		const last = (count: number) => Array.from({ length: count }, (_, i) => NOW.getTime() - (count - i) * HOUR);
		expect(times(steps)).toEqual(last(50));
		expect(times(said)).toEqual(last(64));
	});
});

describe("a machine that sends thousands of different values", () => {
	const greedy = Array.from(
		{ length: 12 },
		(_, i): MeasureSpec => ({
			...{ kind: "steps", steps: [{ event: "Bought", where: [] }], property: "properties.v" },
			bucketMs: (i + 1) * HOUR,
		}),
	);
	const book = bookOf([perDay], ...greedy.map((spec) => [spec] as const));
	const gone = { gone: { 0: { values: { $x: 1 } } } };

	it("is counted on, while tables and lists grow no more", () => {
		let state: MeasureState | undefined = gone;
		for (let i = 0; i < 500; i++)
			state = fold(book, [bought(i / 100, { properties: { v: `${i} ${"x".repeat(180)}` } })], state);
		expect(JSON.stringify(state).length).toBeLessThan(70_000);
		expect(Object.values(state?.[keyOf(perDay)] ?? {}).reduce((sum, { n = 0 }) => sum + n, 0)).toBe(500);
	});

	it("makes room for what is defined, of what is defined no more", () => {
		const old = { gone: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, { n: 1 }])) };
		expect(Object.keys(fold(book, [bought(1, { properties: { v: 1 } })], old) ?? {})).not.toContain("gone");
		expect(Object.keys(fold(book, [bought(1, { properties: { v: 1 } })], gone) ?? {})).toContain("gone");
	});

	it("is counted no more when there is no room even for that, and as soon again as there is", () => {
		const minutes = bookOf([perMinute, 5 * DAY]);
		const full = {
			[keyOf(perMinute)]: Object.fromEntries(
				Array.from({ length: 5000 }, (_, i) => [Math.floor(NOW.getTime() / 60_000) - i, { n: 1 }]),
			),
		};
		const state = fold(minutes, [bought(100)], full);
		expect(Object.keys(state?.[keyOf(perMinute)] ?? {})).toHaveLength(5000);
		const later = new Date(NOW.getTime() + 4 * DAY);
		expect(Object.keys(fold(minutes, [bought(-90)], state, later)?.[keyOf(perMinute)] ?? {}).length).toBeLessThan(2000);
	});
});
