/** What one call carries at most: items, and bytes of them together. */
export type BatchLimits = { readonly count: number; readonly bytes: number };

/**
 * Cuts items into batches that one call can carry, in their order. An item that is larger than a whole batch makes one
 * of its own: whether it is too large is for the service to say.
 */
export function* batchesOf<T>(items: readonly T[], limits: BatchLimits, bytesOf: (item: T) => number): Generator<T[]> {
	let batch: T[] = [];
	let bytes = 0;
	for (const item of items) {
		const size = bytesOf(item);
		if (batch.length > 0 && (batch.length === limits.count || bytes + size > limits.bytes)) {
			yield batch;
			batch = [];
			bytes = 0;
		}
		batch.push(item);
		bytes += size;
	}
	if (batch.length > 0) yield batch;
}

/** How long a text is on the wire. */
export const utf8Bytes = (text: string): number => Buffer.byteLength(text);
