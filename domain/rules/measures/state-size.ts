import type { Bucket, MeasureState, Moment } from "#domain/model/profile.ts";

/** Characters of JSON, nearly: those of the texts as they are, and so many for a number with the name it stands under. */
const NUMBER = 16;

/** How many characters a state has, nearly: JSON itself would take as long to write as all the rest of an event's folding. */
export function sizeOf(state: MeasureState): number {
	let size = 0;
	for (const key in state) {
		size += key.length;
		const buckets = state[key];
		for (const at in buckets) size += sizeOfBucket(buckets[at]);
	}
	return size;
}

function sizeOfBucket(bucket: Bucket = {}): number {
	const { n, sum, first, last, values, said, steps, uploads } = bucket;
	let size = n === undefined ? NUMBER : 2 * NUMBER;
	if (sum !== undefined) size += sum.length + 3 * NUMBER;
	if (first) size += sizeOfMoment(first);
	if (last) size += sizeOfMoment(last);
	for (const value in values) size += value.length + NUMBER;
	for (const [, , key = ""] of steps ?? []) size += key.length + 2 * NUMBER;
	return size + ((said ?? uploads)?.length ?? 0) * NUMBER;
}

const sizeOfMoment = ({ at, messageId, source, value }: Moment): number =>
	at.length + messageId.length + source.length + (typeof value === "string" ? value.length : NUMBER) + 2 * NUMBER;
