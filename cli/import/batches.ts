/** What one request carries: as much as the collector takes, with room for the frame around the events. */
const LIMITS = { events: 500, bytes: 490_000 };

/** Something with JSON text to be sent. */
type Sized = { readonly text: string };

/**
 * Groups what comes into batches within the limits, in order. Something larger than a whole batch comes alone: whoever
 * sends it is told what the collector says.
 */
export async function* batchesOf<T extends Sized>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
	let batch: T[] = [];
	let bytes = 0;
	for await (const item of items) {
		const size = Buffer.byteLength(item.text) + 1;
		if (batch.length > 0 && (batch.length >= LIMITS.events || bytes + size > LIMITS.bytes)) {
			yield batch;
			[batch, bytes] = [[], 0];
		}
		batch.push(item);
		bytes += size;
	}
	if (batch.length > 0) yield batch;
}
