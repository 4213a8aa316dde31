/** What a check looked at, and what of it was wrong: a few words for each thing, without anything about a person. */
export type Finding = { readonly check: string; readonly looked: number; readonly wrong: readonly string[] };

/** A check by its name: it looks at so many things and says what is wrong with each that is. */
export function finding<T>(check: string, things: Iterable<T>, wrongWith: (thing: T) => string | undefined): Finding {
	let looked = 0;
	const wrong: string[] = [];
	for (const thing of things) {
		looked++;
		const words = wrongWith(thing);
		if (words !== undefined) wrong.push(words);
	}
	return { check, looked, wrong };
}
