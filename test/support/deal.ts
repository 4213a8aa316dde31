import type { Chance } from "#demo/random.ts";

/** All of them in pieces of so many, the last one smaller. */
export const cut = <T>(all: readonly T[], size: number): T[][] =>
	Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

/** The same things in an order by chance. */
export const dealt = <T>(all: readonly T[], luck: Chance): T[] =>
	all
		.map((one) => ({ one, key: luck.between(0, 1_000_000) }))
		.sort((x, y) => x.key - y.key)
		.map(({ one }) => one);
