import { describe, expect, it } from "vitest";
import type { CompiledSegment } from "#domain/segment/compiled.ts";
import type { RecomputeRun, SegmentState } from "#domain/segment/ports.ts";
import { type Evidence, readinessOf } from "#domain/segment/readiness.ts";

const NOW = Date.parse("2026-03-03T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const HOUR = 3600;

const segment = (kind: CompiledSegment["class"]["kind"], isReady = true): CompiledSegment => ({
	id: "buyers",
	version: 2,
	root: { kind: "all", parts: [], path: ["when"] },
	measures: [],
	traits: new Set(),
	isReady,
	class: { kind, why: "It is so." },
});
const state = (version: number, recomputedAt = ago(HOUR)): SegmentState => ({
	version,
	size: 1,
	recomputedAt,
	measuredAt: recomputedAt,
	standing: [],
});
const run = (more: Partial<RecomputeRun>): RecomputeRun => ({
	version: 5,
	startedAt: ago(60),
	phase: "judge",
	covers: { buyers: 2 },
	lists: {},
	relisted: [],
	leasedUntil: ago(0),
	...more,
});
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
	state: state(2),
	run: run({ phase: "over" }),
	tick: { version: 1, from: 1, lookedUpTo: ago(40) },
	pass: { at: ago(10), lagSeconds: 3 },
	now: new Date(NOW),
	...more,
});

describe("readinessOf", () => {
	it.each<{ kind: CompiledSegment["class"]["kind"]; seconds: number }>([
		{ kind: "stream", seconds: 3 },
		{ kind: "tick", seconds: 40 },
		{ kind: "batch", seconds: HOUR },
	])("says of a $kind segment that is live how fresh it is: its slowest part", ({ kind, seconds }) => {
		expect(readinessOf(segment(kind), evidence())).toEqual({
			state: "live",
			reason: "It is so.",
			freshnessSeconds: seconds,
		});
	});

	it("does not hold it against a segment for ever that the last events were late: nothing has waited since", () => {
		const late = (secondsAgo: number) =>
			readinessOf(segment("stream"), evidence({ pass: { at: ago(secondsAgo), lagSeconds: 2 * HOUR } }));
		expect(late(200)).toMatchObject({ state: "stale", freshnessSeconds: 2 * HOUR });
		expect(late(400)).toMatchObject({ state: "live", freshnessSeconds: 0 });
	});

	it.each<{ when: string; of: CompiledSegment; with: Partial<Evidence>; is: string; reason: RegExp }>([
		{
			when: "its past is not there yet",
			of: segment("stream", false),
			with: { state: state(1) },
			is: "building",
			reason: /filled in with the next run/,
		},
		{
			when: "its past is being filled in",
			of: segment("stream", false),
			with: { state: undefined, run: run({ phase: "fill" }) },
			is: "building",
			reason: /being filled in/,
		},
		{
			when: "everybody is being judged",
			of: segment("stream"),
			with: { state: state(1), run: run({}) },
			is: "building",
			reason: /being judged/,
		},
		{
			when: "it was edited after the run began",
			of: segment("stream"),
			with: { state: state(1), run: run({ covers: { buyers: 1 } }) },
			is: "building",
			reason: /judged by it with the next run/,
		},
		{
			when: "the run threw",
			of: segment("stream"),
			with: { state: state(1), run: run({ failed: { at: ago(5), error: "SqlRefused" } }) },
			is: "failed",
			reason: /SqlRefused/,
		},
		{
			when: "a run that does not cover it threw",
			of: segment("stream"),
			with: { run: run({ covers: {}, failed: { at: ago(5), error: "SqlRefused" } }) },
			is: "live",
			reason: /so/,
		},
		{
			when: "the pass is far behind",
			of: segment("stream"),
			with: { pass: { at: ago(1), lagSeconds: 901 } },
			is: "stale",
			reason: /901 seconds/,
		},
		{
			when: "nobody ticks",
			of: segment("tick"),
			with: { tick: { version: 1, from: 1, lookedUpTo: ago(301) } },
			is: "stale",
			reason: /every minute/,
		},
		{ when: "nobody ever ticked", of: segment("tick"), with: { tick: undefined }, is: "stale", reason: /Nobody/ },
		{
			when: "nobody ticks, which is nothing to it",
			of: segment("stream"),
			with: { tick: undefined },
			is: "live",
			reason: /so/,
		},
		{
			when: "the last full run is two days ago",
			of: segment("batch"),
			with: { state: state(2, ago(49 * HOUR)) },
			is: "stale",
			reason: /every day/,
		},
	])("is $is when $when", ({ of, with: more, is, reason }) => {
		const readiness = readinessOf(of, evidence(more));
		expect(readiness.state).toBe(is);
		expect(readiness.reason).toMatch(reason);
	});

	it("does not say how fresh a segment is as long as nobody knows", () => {
		expect(readinessOf(segment("stream"), evidence({ pass: undefined }))).toEqual({
			state: "live",
			reason: "It is so.",
		});
	});
});
