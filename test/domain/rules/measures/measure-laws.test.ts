import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { JsonObject } from "#domain/model/json.ts";
import type { Fragment, MeasureState } from "#domain/model/profile.ts";
import { joinMeasures } from "#domain/rules/measures/fold-measures.ts";
import { measureKeeper } from "#domain/rules/measures/keep-measure.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { LIST_SOURCE, LISTED_EVENT, type MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { placesBy } from "#domain/rules/measures/places.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { shuffled } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { measureByDefinition } from "#test/support/measure-by-definition.ts";

const numRuns = lawRuns(100);

const NOW = new Date("2026-03-01T12:30:00.000Z");
const HOUR = 3_600_000;
const where = [{ path: "properties.v", is: { op: "ne", value: 3 } }] as const;
const events = { event: "A", where: [...where] };

const SPECS: readonly MeasureSpec[] = [
	{ kind: "count", ...events, bucketMs: HOUR },
	{ kind: "count", event: "A", where: [], since: "2026-02-28", until: "2026-03-01", bucketMs: 0 },
	{ kind: "seen", ...events, bucketMs: 0 },
	{ kind: "stats", ...events, property: "properties.v", bucketMs: 60_000 },
	{ kind: "first", ...events, property: "properties.v", bucketMs: HOUR },
	{ kind: "last", ...events, property: "properties.v", bucketMs: 0 },
	{ kind: "values", ...events, property: "properties.v", bucketMs: HOUR },
	{ kind: "met", event: "A", where: [], has: [...where], bucketMs: 0 },
	{ kind: "said", trait: "plan", is: { op: "eq", value: "gold" }, bucketMs: 24 * HOUR },
	{ kind: "said", trait: "address.city", is: { op: "not_exists" }, bucketMs: 24 * HOUR },
	{ kind: "steps", steps: [events, { event: "B", where: [] }], bucketMs: HOUR },
	{
		kind: "steps",
		steps: [{ event: "A", where: [] }, events, { event: "B", where: [] }],
		property: "properties.v",
		bucketMs: HOUR,
	},
	{ kind: "consent", purpose: "ads", bucketMs: 0 },
	{ kind: "listed", list: "vip", bucketMs: 0 },
];

const keep = measureKeeper(sha256);
const measures = SPECS.map((spec) => keep({ spec, keptMs: Number.POSITIVE_INFINITY }));
const book = measureBook(measures, placesBy(sha256));

const aValue = fc.oneof(
	fc.constantFrom(1, 2, 3, 0.1, -7.25),
	fc.constantFrom("a", "1", "", "x".repeat(201)),
	fc.boolean(),
	fc.constant(null),
);
const aTrait = fc.constantFrom<JsonObject>(
	{ plan: "gold" },
	{ plan: null },
	{ plan: 7 },
	{ address: { city: "Rome" } },
	{ address: null },
	{},
);
const anEvent = fc
	.record({
		id: fc.nat(),
		// many at the same moment, some days and hours apart
		at: fc.tuple(fc.nat(3), fc.nat(2), fc.nat(4)).map(([day, hour, ms]) => Date.UTC(2026, 1, 26 + day, hour, 0, 0, ms)),
		what: fc.oneof(
			{
				weight: 4,
				arbitrary: fc.record({ event: fc.constantFrom("A", "B", "C"), properties: fc.record({ v: aValue }) }),
			},
			{ weight: 5, arbitrary: fc.record({ type: fc.constant("identify" as const), traits: aTrait }) },
			fc.record({
				event: fc.constant(LISTED_EVENT),
				source: fc.constantFrom(LIST_SOURCE, "web"),
				properties: fc.record({ list: fc.constantFrom("vip", "press"), upload: fc.nat(20) }),
			}),
			fc.record({ type: fc.constantFrom("page" as const, "track" as const) }),
		),
		consent: fc.option(fc.constantFrom(true, false, "yes"), { nil: undefined }),
	})
	.map(
		({ id, at, what, consent }): SourcedEvent => ({
			messageId: `m-${id}`,
			type: "track",
			source: "web",
			context: consent === undefined ? {} : { consent: { categoryPreferences: { ads: consent } } },
			...happenedAt(new Date(at).toISOString()),
			receivedAt: NOW.toISOString(),
			...what,
		}),
	);
const history = fc.uniqueArray(anEvent, { maxLength: 400, size: "max", selector: ({ messageId }) => messageId });

const fold = (known: Fragment, all: readonly SourcedEvent[]) =>
	foldEvents(known, all, { book, hashOf: messageHash, now: NOW });

/** Events in order and batches of chance, some twice, each always in the same of three fragments. */
function takeIn(all: readonly SourcedEvent[], random: Iterator<number>): (MeasureState | undefined)[] {
	const fragments = [0, 1, 2].map((n) => emptyFragment(`${n}` as SeedId));
	const come = shuffled([...all, ...all.slice(0, 20)], random);
	for (let left = come; left.length > 0; ) {
		const batch = left.splice(0, 1 + ((random.next().value as number) % 9));
		for (const [n, mine] of Map.groupBy(batch, ({ messageId }) => messageId.length % 3)) {
			fragments[n] = fold(fragments[n] ?? emptyFragment("0" as SeedId), mine);
		}
	}
	return shuffled(fragments, random).map((fragment) => fragment.measures);
}

const byDefinition = (all: readonly SourcedEvent[]): MeasureState =>
	Object.fromEntries(
		measures
			.map(({ key, spec }) => [key, measureByDefinition(spec, all)] as const)
			.filter(([, buckets]) => Object.keys(buckets).length > 0),
	);

describe("what is kept of events", lawTime(numRuns, 200), () => {
	it("is what the kind says, in whatever order, batches and fragments they came, and however often", () => {
		fc.assert(
			fc.property(history, fc.infiniteStream(fc.nat()), (all, random) => {
				expect(joinMeasures(takeIn(all, random), book)).toEqual(byDefinition(all));
			}),
			{ numRuns },
		);
	});

	it("is the same when the past was filled in at its own place", () => {
		fc.assert(
			fc.property(history, fc.nat(400), fc.infiniteStream(fc.nat()), (all, cut, random) => {
				const past = Object.entries(
					fold(emptyFragment("p" as SeedId), shuffled(all.slice(0, cut), random)).measures ?? {},
				);
				const filled = Object.fromEntries(past.map(([key, buckets]) => [`${key}<`, buckets]));
				const { measures: later } = fold(emptyFragment("p" as SeedId), all.slice(cut));
				expect(joinMeasures([{ ...filled, ...later }], book)).toEqual(byDefinition(all));
			}),
			{ numRuns },
		);
	});
});
