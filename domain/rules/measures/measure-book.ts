import type { SourcedEvent } from "#domain/model/event.ts";
import type { Bucket } from "#domain/model/profile.ts";
import { shareMeasures } from "./keep-measure.ts";
import type { KeptMeasure } from "./measure.ts";
import { LISTED_EVENT, type MeasureSpec } from "./measure-spec.ts";
import type { PlaceOf } from "./places.ts";

/** What an event adds to a measure, in which stretch of time. */
export type Addition = { readonly measure: KeptMeasure; readonly at: string; readonly bucket: Bucket };

/** All that is kept of events. */
export type MeasureBook = {
	/** Each measure once, by its key. */
	readonly measures: ReadonlyMap<string, KeptMeasure>;
	/** What an event adds as it comes: nothing to what began after it was received. Costs as much as there are measures of its name. */
	additionsOf(event: SourcedEvent): readonly Addition[];
	readonly placeOf: PlaceOf;
};

/** The number of the stretch of time that a moment lies in; milliseconds since 1970. */
export const bucketAt = (ms: number, { bucketMs }: Pick<MeasureSpec, "bucketMs">): number =>
	bucketMs === 0 ? 0 : Math.max(0, Math.floor(ms / bucketMs));

type Keeping = Pick<MeasureBook, "measures">;

/** What segments and computed traits need to be kept, in one book: made only when one of them is another one. */
export function bookkeeper(): (segments: Keeping, traits: Keeping & Pick<MeasureBook, "placeOf">) => MeasureBook {
	let last: { segments: Keeping; traits: Keeping; book: MeasureBook } | undefined;
	return (segments, traits) => {
		if (last?.segments !== segments || last.traits !== traits) {
			const all = [...segments.measures.values(), ...traits.measures.values()];
			last = { segments, traits, book: measureBook(all, traits.placeOf) };
		}
		return last.book;
	};
}

/** All measures, each found by what its events are about. */
export function measureBook(measures: Iterable<KeptMeasure>, placeOf: PlaceOf): MeasureBook {
	const shared = shareMeasures(measures);
	const byTopic = indexed([...shared.values()]);
	return {
		measures: shared,
		placeOf,
		additionsOf(event) {
			const additions: Addition[] = [];
			for (const topic of topicsOf(event)) {
				const measures = byTopic.get(topic);
				if (measures) read(event, measures, additions);
			}
			return additions;
		},
	};
}

function read(event: SourcedEvent, measures: readonly KeptMeasure[], additions: Addition[]): void {
	const ms = Date.parse(event.timestamp);
	for (const measure of measures) {
		const bucket = event.receivedAt >= measure.since ? measure.read(event) : undefined;
		if (bucket) additions.push({ measure, at: String(bucketAt(ms, measure.spec)), bucket });
	}
}

/** Where nothing is kept. */
export const NOTHING_KEPT: MeasureBook = measureBook([], () => 0);

function indexed(measures: readonly KeptMeasure[]): ReadonlyMap<string, readonly KeptMeasure[]> {
	const byTopic = new Map<string, KeptMeasure[]>();
	for (const measure of measures) {
		for (const topic of topicsOfSpec(measure.spec)) {
			const known = byTopic.get(topic);
			if (known) known.push(measure);
			else byTopic.set(topic, [measure]);
		}
	}
	return byTopic;
}

const CONSENT = "consent";

/** What a measure is about: names of events, traits that are said, consent. */
function topicsOfSpec(spec: MeasureSpec): readonly string[] {
	if (spec.kind === "said") return [`said ${spec.trait.split(".")[0]}`];
	if (spec.kind === "steps") return [...new Set(spec.steps.map(({ event }) => `track ${event}`))];
	if (spec.kind === "consent") return [CONSENT];
	return [`track ${spec.kind === "listed" ? LISTED_EVENT : spec.event}`];
}

function topicsOf(event: SourcedEvent): readonly string[] {
	const topics = nameTopics(event);
	return event.context.consent === undefined ? topics : [...topics, CONSENT];
}

function nameTopics({ type, event, traits }: SourcedEvent): readonly string[] {
	if (type === "track") return [`track ${event}`];
	return type === "identify" && traits ? Object.keys(traits).map((name) => `said ${name}`) : [];
}
