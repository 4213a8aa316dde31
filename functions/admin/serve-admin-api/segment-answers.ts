import type { Segment } from "#contracts/definitions/segment.ts";
import type { Explained, SegmentAnswer, SegmentsAnswer } from "#contracts/http/admin-segments.ts";
import type { Applied } from "#domain/model/definitions.ts";
import type { KeptMeasure } from "#domain/rules/measures/measure.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import type { CompiledSegment, CompiledSegments, ExplainedCondition } from "#domain/segment/compiled.ts";
import { describeWhole } from "#domain/segment/describe-condition.ts";
import type { SegmentState } from "#domain/segment/ports.ts";
import type { Readiness } from "#domain/segment/readiness.ts";

/** A segment with all that is known of it. */
export type Known = {
	readonly segment: Applied<Segment>;
	readonly compiled: CompiledSegment;
	readonly state: SegmentState | undefined;
	readonly readiness: Readiness;
};

/** A segment as a list of all shows it. */
export function summaryOf({ segment, compiled, state, readiness }: Known): SegmentsAnswer["segments"][number] {
	const { id, name, description, version, appliedAt } = segment;
	return {
		id,
		...(name !== undefined && { name }),
		...(description !== undefined && { description }),
		version,
		appliedAt,
		class: compiled.class,
		readiness: { state: readiness.state, reason: readiness.reason },
		freshnessSeconds: readiness.freshnessSeconds ?? null,
		size: state?.size ?? null,
		sizeAt: state?.measuredAt ?? null,
	};
}

/** A segment by itself, with its size as it was counted. */
export function segmentAnswerOf(
	known: Known,
	counted: Pick<SegmentAnswer, "size" | "sizeAt">,
	all: CompiledSegments,
): SegmentAnswer {
	const { state, compiled } = known;
	return {
		...summaryOf(known),
		...counted,
		condition: describeWhole(compiled.root),
		measures: compiled.measures.flatMap((key) => {
			const kept = all.measures.get(key);
			return kept ? [measureOf(kept, compiled.id, all)] : [];
		}),
		recomputedAt: state?.recomputedAt ?? null,
		reconciled: state?.reconciled ?? null,
		volume: [...(state?.standing ?? [])],
	};
}

const measureOf = ({ spec, key, since, isFilled }: KeptMeasure, owner: string, { segments }: CompiledSegments) => ({
	about: aboutMeasure(spec),
	isFilled,
	since: since === "" ? null : since,
	sharedWith: segments.filter(({ id, measures }) => id !== owner && measures.includes(key)).map(({ id }) => id),
});

const MINUTE = 60_000;

/** What a measure keeps, in plain words. */
function aboutMeasure(spec: MeasureSpec): string {
	const stretches = spec.bucketMs === 0 ? "" : `, by ${spec.bucketMs / MINUTE} minutes`;
	return `${whatIsKept(spec)}${stretches}`;
}

function whatIsKept(spec: MeasureSpec): string {
	switch (spec.kind) {
		case "said":
			return `when ${spec.trait} was said, and whether as asked`;
		case "steps":
			return `the moments of ${spec.steps.map(({ event }) => event).join(", ")}`;
		case "consent":
			return `what was said last of ${spec.purpose}`;
		case "listed":
			return `the uploads of the list ${spec.list}`;
		case "met":
			return `the last ${spec.event}, and whether it was as asked`;
		case "count":
		case "seen":
			return `${spec.kind === "count" ? "how many" : "the last"} ${spec.event}${conditions(spec.where)}`;
		case "stats":
		case "first":
		case "last":
		case "values":
			return `${spec.kind} of ${spec.property} in ${spec.event}${conditions(spec.where)}`;
	}
}

const conditions = (where: readonly unknown[]): string =>
	where.length === 0 ? "" : ` with ${where.length === 1 ? "a condition" : `${where.length} conditions`}`;

/** An explained condition as the API answers it: what is not known is null. */
export const explainedAnswerOf = (one: ExplainedCondition): Explained => ({
	path: one.path.join("."),
	text: one.text,
	isMet: one.isMet ?? null,
	// z.json() is the mutable twin of our readonly Json
	...(one.values && { values: one.values as Explained["values"] }),
	nextChangeAt: one.nextChangeAt ?? null,
	...(one.parts && { parts: one.parts.map(explainedAnswerOf) }),
});
