import type { Segment } from "#contracts/definitions/segment.ts";
import type { Applied, Workspace } from "#domain/model/definitions.ts";
import { measureKeeper, shareMeasures } from "#domain/rules/measures/keep-measure.ts";
import type { Hash, KeptMeasure, Look } from "#domain/rules/measures/measure.ts";
import { placesBy } from "#domain/rules/measures/places.ts";
import type { Asked, Test } from "./asked.ts";
import { classify } from "./classify-segment.ts";
import type { CompiledSegment, CompiledSegments, Standing } from "./compiled.ts";
import { computedValues } from "./computed-values.ts";
import type { ConditionNode } from "./condition-tree.ts";
import { askCondition } from "./evaluate-condition.ts";
import { explainCondition } from "./explain-condition.ts";
import { findReason } from "./find-reason.ts";
import { lookAhead } from "./look-ahead.ts";
import { readCondition } from "./read-condition.ts";
import { sharpen } from "./sharpen.ts";

/** What else a workspace says that segments hang on. */
type Around = Pick<Workspace, "counts" | "lists" | "traits">;

/** Compiles only when the workspace is another one: `Definitions` hands out the same object while nothing changed. */
export function segmentCompiler(hash: Hash): (workspace: Pick<Workspace, "segments"> & Around) => CompiledSegments {
	let last: { of: object; compiled: CompiledSegments } | undefined;
	return (workspace) => {
		if (last?.of !== workspace) {
			last = { of: workspace, compiled: compileSegments(workspace.segments, hash, workspace) };
		}
		return last.compiled;
	};
}

/** A segment and its condition, ready to be asked. */
type Ready = CompiledSegment & { readonly asked: Asked; readonly kept: readonly KeptMeasure[] };

/**
 * Makes each segment ready once: its condition is read, then turned into closures that ask a profile as directly as can be.
 * Conditions that need the same of events share one measure, whichever segments they stand in.
 */
export function compileSegments(
	segments: readonly Applied<Segment>[],
	hash: Hash,
	around: Around = {},
): CompiledSegments {
	const compile = compilerOf(segments, hash, around);
	const ready = new Map(segments.map((segment) => [segment.id, compile(segment)]));
	const compiled = [...ready.values()];
	return {
		segments: compiled,
		measures: shareMeasures(compiled.flatMap(({ kept }) => kept)),
		traits: new Set(compiled.flatMap(({ traits }) => [...traits])),
		evaluate: evaluator(compiled),
		look: (id, facts, now) => {
			const one = ready.get(id);
			return one && !isBatch(one) ? lookAhead(one.asked, facts, now) : NOBODY;
		},
		explain: (id, facts, now) => {
			const one = ready.get(id);
			return one && explainCondition(one.asked, facts, now);
		},
		reasonFor: (id, facts, now, touched) => {
			const one = ready.get(id);
			return one && findReason(one.asked, facts, { now, touched });
		},
	};
}

const NOBODY: Standing = { isMember: false };

/** Who is in a segment of class `batch` is known by the scheduled run alone. */
const isBatch = (segment: Pick<CompiledSegment, "class">): boolean => segment.class.kind === "batch";

/** Mostly everybody is asked about one segment, so the last one is at hand. */
function evaluator(segments: readonly Ready[]): CompiledSegments["evaluate"] {
	const tests = new Map<string, Test>();
	// no segment has the empty id; a text from the beginning, so that engines compare nothing but texts
	let [lastId, lastTest]: [string, Test] = ["", () => false];
	for (const segment of segments) {
		const replace = (test: Test) => {
			tests.set(segment.id, test);
			lastId = "";
		};
		replace(isBatch(segment) ? () => false : sharpen(segment.asked, replace));
	}
	return (id, facts, now) => {
		if (id !== lastId) {
			lastTest = tests.get(id) ?? (() => false);
			lastId = id;
		}
		return lastTest(facts, now);
	};
}

function compilerOf(
	segments: readonly Applied<Segment>[],
	hash: Hash,
	{ counts, lists, traits = [] }: Around,
): (segment: Applied<Segment>) => Ready {
	const env = { segments: new Map(segments.map((segment) => [segment.id, segment])), ...(lists && { lists }) };
	const keep = measureKeeper(hash, counts);
	const computed = computedValues(traits, placesBy(hash));
	return ({ id, version, when }) => {
		const root = readCondition(when, env);
		const needed: KeptMeasure[] = [];
		const keeping = (look: Look) => {
			const measure = keep(look);
			needed.push(measure);
			return measure;
		};
		const keyOf = (look: Look) => keeping(look).key;
		const asked = askCondition(root, { keyOf, computed: (trait) => computed(trait, keeping), hash });
		return { id, version, root, asked, class: classify(asked), traits: new Set(traitsIn(root)), ...whatIs(needed) };
	};
}

/** What a segment needs to be kept of events; what it needs twice is kept as long as the longer one needs. */
function whatIs(needed: readonly KeptMeasure[]): Pick<Ready, "kept" | "measures" | "isReady"> {
	const kept = shareMeasures(needed);
	const measures = [...kept.values()];
	return { kept: measures, measures: [...kept.keys()], isReady: measures.every(({ isFilled }) => isFilled) };
}

/** The traits that a condition looks at, not those that others must have. */
function traitsIn(node: ConditionNode): readonly string[] {
	if ("parts" in node) return node.parts.flatMap(traitsIn);
	return "name" in node ? [node.name] : [];
}
