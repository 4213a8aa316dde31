import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Chance with a seed: the same seed tells the same story on every machine. */
export type Chance = {
	/** A whole number from `from` to `to`, both included. */
	between(from: number, to: number): number;
	/** True in `percent` of 100 cases; fractions to a hundredth of a per cent count. */
	happens(percent: number): boolean;
	pick<T>(from: readonly T[]): T;
	/** `digits` hexadecimal digits. */
	hex(digits: number): string;
	/** Something shaped like a random UUID. */
	uuid(): string;
	/** A stream of its own, so that a change in one person's life changes nobody else's. */
	fork(salt: number): Chance;
};

export function chance(seed: number): Chance {
	const generator = xoroshiro128plus(seed);
	const between = (from: number, to: number) => uniformInt(generator, from, to);
	const hex = (digits: number) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join("");

	return {
		between,
		happens: (percent) => between(1, 10_000) <= percent * 100,
		pick: <T>(from: readonly T[]): T => {
			const one = from[between(0, from.length - 1)];
			if (one === undefined) throw new Error("nothing to pick from");
			return one;
		},
		hex,
		uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
		fork: (salt) => chance(Math.imul(seed ^ 0x9e3779b9, 31) + Math.imul(salt + 1, 0x85ebca6b)),
	};
}
