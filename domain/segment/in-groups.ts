/** The same one after the other, some at a time: for work of which several pieces may be done together. */
export async function* inGroups<T>(all: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
	let group: T[] = [];
	for await (const one of all) {
		group.push(one);
		if (group.length < size) continue;
		yield group;
		group = [];
	}
	if (group.length > 0) yield group;
}
