/** How much may wait before senders are asked to come again later. */
export type AdmissionLimits = {
	/** Requests that are being read or answered at once. Each holds at most one body, of up to 1 MB, in memory. */
	readonly inFlight: number;
	/** Envelopes (one a request) that wait for the pass. Each is at most 240 KB on the disk. */
	readonly waiting: number;
};

/**
 * A hundred bodies are at most 100 MB. Two thousand envelopes of twenty events take half a minute of two cores: as long as
 * somebody may have to wait for a profile to be up to date, and less than 500 MB of disk however large they are.
 */
export const ADMISSION_LIMITS: AdmissionLimits = { inFlight: 100, waiting: 2000 };

/** How long one look at the queue is believed, in milliseconds: counting it for each request would cost more than many requests. */
const LOOK_MS = 100;
/** Those who were refused at once should not all come again at once: they are told 1 to this many seconds, in turn. */
const SPREAD_SECONDS = 4;

/** Somebody was let in and must say when he leaves; or must wait so many seconds. */
export type Admitted =
	/** `hasBrought`: whether something of it may be in the queue now. */
	{ readonly leave: (hasBrought: boolean) => void } | { readonly retryAfterSeconds: number };

export type Admission = { enter(): Promise<Admitted> };

type Options = {
	/** How many envelopes wait for the pass. */
	readonly waiting: () => Promise<number>;
	/** @default ADMISSION_LIMITS */
	readonly limits?: AdmissionLimits | undefined;
	/** Milliseconds of a clock that only goes forward. @default the process's */
	readonly ticks?: () => number;
};

/**
 * What API Gateway's throttle and a function's reserved concurrency do on AWS: says before any work is done whether a request
 * that brings events may come in. What was let in is never given up again.
 */
export function admission({ waiting, limits = ADMISSION_LIMITS, ticks = () => performance.now() }: Options): Admission {
	let inFlight = 0;
	let queued = 0;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let refused = 0;

	async function look(): Promise<void> {
		if (ticks() - lookedAt < LOOK_MS) return;
		lookedAt = ticks();
		// a queue that cannot be counted says so where it is written to
		queued = await waiting().catch(() => queued);
	}
	function leave(hasBrought: boolean): void {
		inFlight--;
		if (hasBrought) queued++;
	}
	return {
		async enter() {
			await look();
			if (inFlight >= limits.inFlight || queued >= limits.waiting) {
				return { retryAfterSeconds: 1 + (refused++ % SPREAD_SECONDS) };
			}
			inFlight++;
			return { leave };
		},
	};
}
