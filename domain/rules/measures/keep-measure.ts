import type { Counting } from "#domain/model/definitions.ts";
import type { Hash, KeptMeasure, Look } from "./measure.ts";
import { KEY_LENGTH, measureOf } from "./measure-of.ts";

/** How far everything is that is counted, by what it means. */
export type Counts = ReadonlyMap<string, readonly Counting[]>;

const FROM_THE_FIRST_EVENT: Counting = { since: "", isFilled: true };
/** What is not registered yet is being applied at this moment: later than any time there is. */
const NOT_YET: Counting = { since: "~", isFilled: false };

/** Where the part of a measure is kept that was filled in from the archive: apart, so that filling in again changes nothing. */
export const filledKey = (key: string): string => `${key}<`;

/** The key of a measure, given where it is kept or where what was filled in for it is. */
export const plainKey = (key: string): string => (key.endsWith("<") ? key.slice(0, -1) : key);

/**
 * Of the countings of a measure the one to look at for somebody who looks back so far (ms): a filled one rather than
 * one that is not, and of the filled the one that goes back furthest. Undefined where none goes back far enough.
 */
export function countingFor(countings: readonly Counting[], keptMs: number): Counting | undefined {
	const enough = countings.filter((each) => reachOf(each) >= keptMs);
	const filled = enough.filter(({ isFilled }) => isFilled);
	return filled.sort((x, y) => compareReach(y, x))[0] ?? enough[0];
}

/** How far back a counting is kept, ms. */
const reachOf = ({ keptMs = Number.POSITIVE_INFINITY }: Counting): number => keptMs;

const compareReach = (x: Counting, y: Counting): number =>
	reachOf(x) === reachOf(y) ? 0 : reachOf(x) < reachOf(y) ? -1 : 1;

/**
 * Finds the measure for what somebody looks at. One that was begun anew (nothing looked at it for a while, or nobody so far
 * back) has a key of its own, so that it does not go on from where the old one was left. Without counts all is complete.
 */
export function measureKeeper(hash: Hash, counts?: Counts): (look: Look) => KeptMeasure {
	return (look) => {
		const measure = measureOf(look, hash);
		const { meaning, keptMs } = measure;
		const found = counts ? (countingFor(counts.get(meaning) ?? [], keptMs) ?? NOT_YET) : FROM_THE_FIRST_EVENT;
		const { since, isFilled } = found;
		const key = since === "" ? meaning : hash(`${meaning} ${since}`).slice(0, KEY_LENGTH);
		return { ...measure, since, isFilled, key, keptMs: counts && found !== NOT_YET ? reachOf(found) : keptMs };
	};
}

/** Each measure once, by its key, kept as long as whoever looks back furthest needs it. */
export function shareMeasures(measures: Iterable<KeptMeasure>): ReadonlyMap<string, KeptMeasure> {
	const shared = new Map<string, KeptMeasure>();
	for (const measure of measures) {
		const known = shared.get(measure.key);
		if (!known || known.keptMs < measure.keptMs) shared.set(measure.key, measure);
	}
	return shared;
}
