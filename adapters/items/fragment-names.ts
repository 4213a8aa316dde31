/** Names (of traits, keys of measures) that items say as numbers, since each is said many times a day. */
export type Numbers = ReadonlyMap<string, number>;

export const numbered = (names: readonly string[]): Numbers => new Map(names.map((name, number) => [name, number]));

/** Numbers for names while an item is made: those that are known, and further ones for what is new, listed in `added`. */
export function numbering(known: Numbers) {
	const added = new Map<string, number>();
	return {
		added,
		/** In base 36. */
		of(name: string): string {
			const number = known.get(name) ?? added.get(name) ?? known.size + added.size;
			if (!known.has(name)) added.set(name, number);
			return number.toString(36);
		},
	};
}

export type Numbering = ReturnType<typeof numbering>;

/** The name a number stands for. */
export function naming(names: readonly string[]): (number: string) => string {
	return (number) => {
		const name = names[Number.parseInt(number, 36)];
		if (name === undefined)
			throw new Error("an item of a fragment names something by a number that stands for nothing");
		return name;
	};
}
