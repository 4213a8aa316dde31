import type { SeedId } from "#domain/model/identifier.ts";
import type { Cold } from "./fragment-cold.ts";

type Options = { readonly now: () => Date; readonly maxEntries?: number; readonly maxAgeSeconds?: number };

/**
 * The cold items a worker read or wrote last, so that the next event of the same person need not read theirs again. One is
 * used only for a hot item that was written to go with it. A minute, so that an erased person is soon nowhere; 200 of 10 KB
 * are 10 MB at most.
 */
export function coldMemory({ now, maxEntries = 200, maxAgeSeconds = 60 }: Options) {
	const entries = new Map<SeedId, { readonly cold: Cold; readonly until: number }>();
	const doubted = new Set<SeedId>();

	return {
		/** The cold item of that version, if it is remembered. */
		recall(id: SeedId, version: number): Cold | undefined {
			const entry = entries.get(id);
			return entry && entry.cold.upTo === version && entry.until > now().getTime() ? entry.cold : undefined;
		},
		keep(cold: Cold): void {
			const known = entries.get(cold.seedId);
			const until = known?.cold === cold ? known.until : now().getTime() + maxAgeSeconds * 1000;
			entries.delete(cold.seedId);
			entries.set(cold.seedId, { cold, until });
			const [oldest] = entries.keys();
			if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
		},
		/** What a write was refused over may have a cold item that its hot one does not know yet. */
		doubt(id: SeedId): void {
			entries.delete(id);
			doubted.add(id);
		},
		/** Whether that was so since this was asked last. */
		isDoubted: (id: SeedId): boolean => doubted.delete(id),
	};
}
