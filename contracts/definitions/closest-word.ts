/** How many letters may be wrong for a word to be taken for a misspelling: about a third of it. */
const tolerance = (word: string): number => Math.max(1, Math.floor(word.length / 3));

/** The word of a list that somebody most likely meant; undefined when none is near. */
export function closestWord(word: string, words: readonly string[]): string | undefined {
	const ranked = words
		.map((candidate) => ({ candidate, distance: distanceOf(word.toLowerCase(), candidate.toLowerCase()) }))
		.filter(({ distance }) => distance <= tolerance(word))
		.sort((a, b) => a.distance - b.distance);
	return ranked[0]?.candidate;
}

/** Letters to add, drop, replace or swap with their neighbour to get from one word to the other. */
function distanceOf(from: string, to: string): number {
	let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, j) => j)];
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		for (let j = 1; j <= to.length; j++) {
			const replaced = at(last, j - 1) + Number(from[i - 1] !== to[j - 1]);
			const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
			row.push(Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1, isSwap ? at(beforeLast, j - 2) + 1 : replaced));
		}
		[beforeLast, last] = [last, row];
	}
	return at(last, to.length);
}

const at = (row: readonly number[], position: number): number => row[position] ?? 0;
