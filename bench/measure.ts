/** Rounds of each contender, taken in turn, so that a drift of the machine's speed meets all of them alike. */
const ROUNDS = 11;

export type Contender = { readonly name: string; readonly run: () => Promise<void> };
export type Timing = {
	readonly name: string /** Median CPU of one round, microseconds. */;
	readonly cpuMicros: number;
};

/** CPU time (user and system) of each contender, median of interleaved rounds after one that does not count. */
export async function cpuOf(contenders: readonly Contender[]): Promise<Timing[]> {
	const rounds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
	for (let round = 0; round <= ROUNDS; round++) {
		for (const { name, run } of contenders) {
			const before = process.cpuUsage();
			await run();
			const { user, system } = process.cpuUsage(before);
			if (round > 0) rounds.get(name)?.push(user + system);
		}
	}
	return [...rounds].map(([name, micros]) => ({ name, cpuMicros: quantile(micros, 0.5) }));
}

/** The value below which `share` of the numbers lie; 0 for none. */
export function quantile(numbers: readonly number[], share: number): number {
	const sorted = numbers.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
