import type { Chance } from "#demo/random.ts";

/** What goes wrong, each in the words of the report. */
export const FAULTS = {
	"message-twice": "a message is handed to two workers at once, or again after it was done",
	"message-reordered": "messages are handed out in another order than they came in",
	"message-delayed": "a message is held back for some seconds",
	"entry-twice": "the bus reaches its queues twice with one entry",
	"row-twice": "a row of the outbox is handed out again after it was published",
	"call-throttled": "a call is refused before it does anything",
	"call-cut-off": "a call does what it was asked and then seems to have failed",
	"half-a-batch": "of a call about many things one half is done, and then it fails",
	"worker-killed": "a worker dies before or after one of its calls",
	"disk-full": "for half a minute nothing can be written",
	"table-throttled": "for a minute nine in ten calls to the table are refused",
	"stale-read": "a read that need not know the latest answers with what was there before",
	"worker-clock": "a worker's clock is minutes ahead or behind",
	"sender-clock": "a sender's clock is hours or years off",
	"answer-lost": "a sender does not hear the answer and sends again",
} as const;

export type Fault = keyof typeof FAULTS;

/** How often each has happened, by what it happened to: `call-throttled` → `items.put` → 3. */
export type Tally = ReadonlyMap<Fault, ReadonlyMap<string, number>>;

/** What a call may be made to suffer. */
export type CallFault = Extract<
	Fault,
	"call-throttled" | "call-cut-off" | "half-a-batch" | "worker-killed" | "disk-full" | "table-throttled"
>;

export type Faults = {
	/** The fault that this call is to suffer; mostly none. */
	ofCall(call: { readonly port: string; readonly isWrite: boolean; readonly size: number }): CallFault | undefined;
	/** Whether something of this kind is to happen now, in so many of a hundred cases. */
	happens(fault: Fault, percent: number): boolean;
	/** Writes down that it happened, and to what. */
	count(fault: Fault, what: string): void;
	readonly tally: Tally;
	/** From now on nothing goes wrong any more. */
	end(): void;
};

/** In a hundred calls. With some thirty calls a batch, most batches suffer something. */
const RATES: readonly (readonly [CallFault, number])[] = [
	["call-throttled", 1.5],
	["call-cut-off", 1.5],
	["half-a-batch", 12],
	["worker-killed", 0.6],
];

/** How long nothing can be written, or the table is throttled, in milliseconds of the story's time. */
const EPISODES = { "disk-full": 30_000, "table-throttled": 60_000 } as const;
const THROTTLED_PERCENT = 90;
/** Where disks are: what is kept in the database, and the archive's files. */
const ON_DISK = /^(items|bus|archive|identityArchive|queue)/;

type Options = {
	readonly luck: Chance;
	/** The story's time, ms. */
	readonly now: () => number;
	/** How far the story is, 0 to 1: each episode begins once, at a place of its own. */
	readonly progress: () => number;
};

/** The same seed does the same to the same story. */
export function faultsBy({ luck, now, progress }: Options): Faults {
	const tally = new Map<Fault, Map<string, number>>();
	let isOver = false;
	const begins = { "disk-full": luck.between(20, 45) / 100, "table-throttled": luck.between(50, 75) / 100 };
	const ends: Partial<Record<keyof typeof EPISODES, number>> = {};

	function isDuring(episode: keyof typeof EPISODES): boolean {
		if (ends[episode] === undefined && progress() >= begins[episode]) ends[episode] = now() + EPISODES[episode];
		return now() < (ends[episode] ?? 0);
	}
	return {
		tally,
		ofCall({ port, isWrite, size }) {
			if (isOver) return undefined;
			if (isWrite && ON_DISK.test(port) && isDuring("disk-full")) return "disk-full";
			if (port === "items" && isDuring("table-throttled") && luck.happens(THROTTLED_PERCENT)) return "table-throttled";
			return RATES.find(([fault, percent]) => {
				if (fault === "half-a-batch" && (!isWrite || size < 2)) return false;
				return luck.happens(percent);
			})?.[0];
		},
		happens: (_, percent) => !isOver && luck.happens(percent),
		count(fault, what) {
			const ofKind = tally.get(fault) ?? new Map<string, number>();
			tally.set(fault, ofKind.set(what, (ofKind.get(what) ?? 0) + 1));
		},
		end() {
			isOver = true;
		},
	};
}

/** No fault at all: what a quiet run lives in. */
export const noFaults = (): Faults => ({
	ofCall: () => undefined,
	happens: () => false,
	count: () => {},
	tally: new Map(),
	end: () => {},
});
