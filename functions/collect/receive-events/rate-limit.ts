import { setTimeout as sleep } from "node:timers/promises";
import type { Source } from "#contracts/definitions/source.ts";
import { isTimeToTell, shared, shareOf, WINDOW_SECONDS, windowAt } from "#domain/collect/share-rate.ts";
import type { Asked, SharedRates } from "#domain/collect/shared-rates.ts";
import { type Bucket, takeToken } from "#domain/collect/take-token.ts";
import { describeError, type Log } from "#functions/shared/log.ts";

type Deps = { readonly rates: SharedRates; readonly now: () => Date; readonly log: Log };

/** How long an answer waits for the counts. What takes longer goes on, and is learnt with a later request. */
const LONGEST_WAIT_MS = 200;
/** A process tells no more often than this of a source, and after a failure than that. */
const TELL_MS = 1000;
const RETRY_MS = 5000;

/** What a process knows of a source's load. */
type Load = {
	bucket?: Bucket;
	share: number;
	/** What it was asked in a window and has not told. */
	untold: { window: number; requests: number };
	tellAgainAt: number;
	/** What it has told, in which window and the one before. */
	told: Asked & { readonly window: number };
};

export type RateLimit = {
	/** 0 when the source may send now; else the seconds until it may. */
	wait(source: Source): number;
	/** Resolves when what is being told was told, or takes too long: a function is frozen with its answer. */
	settled(): Promise<void>;
};

/**
 * The rates of sources, kept by this process and shared with the others: each counts by itself, tells once a second what
 * it was asked, learns what all were asked, and takes its share. A limit is right some seconds after a load has changed.
 * Without the counts each process goes on by what it last knew: a limit is no reason to refuse everybody.
 */
export function rateLimit({ rates, now, log }: Deps): RateLimit {
	const loads = new Map<string, Load>();
	const telling = new Set<Promise<void>>();

	async function tell({ id, rate }: Source, load: Load, at: number): Promise<void> {
		const { window, requests } = load.untold;
		load.untold = { window, requests: 0 };
		load.tellAgainAt = at + TELL_MS;
		load.told = added(load.told, window, requests);
		try {
			const all = await rates.tell(id, { window, requests });
			load.share = shareOf(load.told, all, { rate, now: at });
		} catch (error) {
			load.tellAgainAt = at + RETRY_MS;
			log.warn("what other processes were asked could not be learnt", { source: id, ...describeError(error) });
		}
	}

	return {
		wait(source) {
			const { id, rate } = source;
			const at = now().getTime();
			const load = loads.get(id) ?? newLoad();
			loads.set(id, load);
			const window = windowAt(at);
			// what was too little to tell in its window is nobody's trouble in another
			if (load.untold.window !== window) load.untold = { window, requests: 0 };
			// who was quiet that long knows nothing of others any more
			if (load.told.window < window - 2) load.share = 1;
			load.untold.requests++;
			if (isTimeToTell(load.untold.requests, load.tellAgainAt, { rate, now: at })) {
				const told = tell(source, load, at).finally(() => telling.delete(told));
				telling.add(told);
			}
			const { bucket, waitSeconds } = takeToken(load.bucket, shared(rate, load.share), at);
			load.bucket = bucket;
			// by then the shares are others
			return Math.min(waitSeconds, Math.max(WINDOW_SECONDS, Math.ceil(1 / rate.perSecond)));
		},
		async settled() {
			if (telling.size > 0)
				await Promise.race([Promise.all(telling), sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
		},
	};
}

const newLoad = (): Load => ({
	share: 1,
	untold: { window: 0, requests: 0 },
	tellAgainAt: 0,
	told: { window: 0, before: 0, now: 0 },
});

/** What was told, with more told in a window that may be a later one. */
function added(told: Load["told"], window: number, requests: number): Load["told"] {
	if (window === told.window) return { ...told, now: told.now + requests };
	return { window, before: window === told.window + 1 ? told.now : 0, now: requests };
}
