/** Something that was lent, until it is given back. */
export type Kept<T> = { readonly thing: T; readonly giveBack: () => void };

/**
 * Keeps what `lend` gives to its callback for longer than a callback lasts: until it is given back. Throws what `lend`
 * throws before it has given anything.
 */
export function keep<T>(lend: (work: (thing: T) => Promise<void>) => Promise<void>): Promise<Kept<T>> {
	const { promise: returned, resolve: giveBack } = Promise.withResolvers<void>();
	return new Promise((resolve, reject) => {
		lend((thing) => {
			resolve({ thing, giveBack });
			return returned;
		}).catch(reject);
	});
}
