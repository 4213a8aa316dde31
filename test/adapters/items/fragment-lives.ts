import fc from "fast-check";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Bucket, Fragment, MeasureState, Moment, TraitValue } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { remember } from "#domain/unify/ring.ts";

/** What may happen to a fragment with one save, whether or not any event could do that. */
export type Happening = {
	readonly hour: number;
	readonly hashes: number;
	readonly said: readonly (readonly [name: number, value: number, big: number])[];
	readonly again: boolean;
	readonly unset?: number | undefined;
	readonly counted: readonly (readonly [measure: number, stretch: number])[];
	readonly listed: readonly (readonly [kind: number, stretch: number, value: number])[];
	readonly dropped?: number | undefined;
	/** Everything is made anew from little. */
	readonly anew: boolean;
};

const small = (max: number) => fc.nat(max);

export const aHappening: fc.Arbitrary<Happening> = fc.record({
	hour: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: small(3) }, fc.constant(30)),
	hashes: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: small(40) }, fc.constant(300)),
	said: fc.array(
		fc.tuple(small(6), small(2), fc.oneof({ weight: 6, arbitrary: small(5) }, fc.constant(200), fc.constant(1200))),
		{ maxLength: 2 },
	),
	again: fc.boolean(),
	unset: fc.option(small(6), { nil: undefined, freq: 6 }),
	counted: fc.array(fc.tuple(small(30), small(4)), { maxLength: 30 }),
	listed: fc.array(fc.tuple(small(5), small(2), small(30)), { maxLength: 4 }),
	dropped: fc.option(small(4), { nil: undefined, freq: 4 }),
	anew: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.constant(true)),
});

/** Counts up, so that no two saves say the same of an event. */
export function aLife(seedId: SeedId) {
	let n = 0;
	let hour = 490_000;
	const origin = () => ({
		at: new Date(hour * 3_600_000 + n).toISOString(),
		messageId: n % 2 === 0 ? `0190a5f3-7c1e-4b52-9f0d-${String(n).padStart(12, "0")}` : `~${n}`,
		source: "web",
	});
	const empty: Fragment = { seedId, version: 0, traits: {}, eventCount: 0, firstSeen: "", lastSeen: "", ring: {} };

	/** The next version after one. */
	function next(known: Fragment, happening: Happening): Fragment {
		n++;
		hour += happening.hour;
		const before = happening.anew ? { ...empty, version: known.version } : known;
		const fresh = Array.from({ length: happening.hashes }, (_, i) => `h${n}.${i}`.padEnd(8, "_").slice(0, 8));
		const measures = measured(before.measures ?? {}, happening, origin());
		const { at } = origin();
		return {
			seedId,
			version: known.version + 1,
			traits: saidIn(before.traits, happening, origin()),
			...(Object.keys(measures).length > 0 && { measures }),
			eventCount: before.eventCount + happening.hashes,
			firstSeen: before.firstSeen || at,
			lastSeen: at,
			ring: remember(before.ring, fresh, new Date(hour * 3_600_000)),
		};
	}
	return { empty, next };
}

function saidIn(known: Fragment["traits"], { said, again, unset }: Happening, origin: Moment): Fragment["traits"] {
	const traits = new Map(Object.entries(known));
	if (again)
		for (const [name, all] of traits)
			traits.set(
				name,
				all.map(({ value }) => ({ value, ...origin })),
			);
	for (const [name, value, big] of said) {
		const one: TraitValue = { value: `${value}${"x".repeat(big)}`, ...origin, ...(value === 0 && { declared: true }) };
		const two = { value: [value, { of: name }], ...origin };
		traits.set(`trait ${name}`, value === 2 ? [one, two] : [one]);
	}
	if (unset !== undefined) traits.delete(`trait ${unset}`);
	return Object.fromEntries(traits);
}

function measured(known: MeasureState, { counted, listed, dropped }: Happening, origin: Moment): MeasureState {
	const state = new Map(Object.entries(known).map(([key, all]) => [key, new Map(Object.entries(all))]));
	const put = (key: string, at: number, change: (bucket: Bucket) => Bucket) => {
		const buckets = state.get(key) ?? new Map<string, Bucket>();
		state.set(key, buckets.set(String(at), change(buckets.get(String(at)) ?? {})));
	};
	for (const [measure, stretch] of counted) put(`count-${measure}`, 20_000 + stretch, ({ n = 0 }) => ({ n: n + 1 }));
	for (const [kind, stretch, value] of listed)
		put(`kind-${kind}`, stretch, (bucket) => KINDS[kind]?.(bucket, value, origin) ?? {});
	if (dropped !== undefined)
		for (const buckets of state.values()) buckets.delete(String(dropped % 2 === 0 ? dropped : 20_000 + dropped));
	return Object.fromEntries(
		[...state].filter(([, buckets]) => buckets.size > 0).map(([key, buckets]) => [key, Object.fromEntries(buckets)]),
	);
}

/** One event more in a stretch, of each kind that is kept. */
const KINDS: readonly ((bucket: Bucket, value: number, origin: Moment) => Bucket)[] = [
	({ values = {} }, value) => ({ values: { ...values, [`$v${value}`]: (values[`$v${value}`] ?? 0) + 1 } }),
	({ steps = [] }, value, { at }) => ({
		steps: [...steps, [Date.parse(at), 1, `cart ${value}`.repeat(3)] as const]
			.sort((x, y) => x[0] - y[0] || compareText(x[2] ?? "", y[2] ?? ""))
			.slice(-8),
	}),
	({ said = [] }, value, { at }) => ({
		said: [...said, [Date.parse(at), value % 2 === 0 ? 0 : 1] as const]
			.sort((x, y) => x[0] - y[0] || y[1] - x[1])
			.slice(-6),
	}),
	(_, value, origin) => ({ last: { ...origin, value } }),
	({ n = 0 }, value) => ({ n: n + 1, sum: `${value}.5`, min: 0.5, max: value + 1 }),
	({ uploads = [] }, value) => ({ uploads: [...new Set([...uploads, value])] }),
];
