import { endless } from "./endless.ts";
import { quantile } from "./measure.ts";
import { type Loaded, type Side, steady, takeIn } from "./pipeline/load.ts";
import { readArchive, readable } from "./pipeline/read.ts";
import { startServer } from "./server.ts";

/** The load comes in so many parts, each to one server and then to the other, so that a drift of the machine meets both. */
const PARTS = 20;
const STEADY = { perSecond: 200, rounds: 3, seconds: 5 };
const WARM_UP = { perSecond: 200, seconds: 3 };

type Spread = { readonly p50: number; readonly p99: number };

/** What one server did with the load, ms and microseconds. */
export type ServerFigures = {
	/** From the first request of a part to the moment when all of it has been through. */
	readonly eventsPerSecond: number;
	/** The server's CPU for one event: what depends least on who else is busy. */
	readonly cpuMicrosPerEvent: number;
	/** Answers while requests of 20 events come as fast as they are answered. */
	readonly loadedAnswerMs: Spread;
	/** Answers at 200 requests a second of one event, sent on time whatever the answers do. */
	readonly steadyAnswerMs: Spread;
};

export type PipelineFigures = {
	readonly startedInMs: number;
	readonly events: number;
	readonly tutti: ServerFigures;
	/** The yardstick: a server that only keeps what it is sent. */
	readonly bare: ServerFigures;
	/** How many times the yardstick's Tutti's time and CPU are: the median of the parts, and over all. */
	readonly times: { readonly time: number; readonly cpu: number };
	/** From the answer to an event to its profile being readable, ms. */
	readonly readableMs: Spread;
	/** Resident memory of Tutti at each tenth of the load, MB. */
	readonly memoryMb: readonly number[];
	/** The highest its resident memory ever was, up to when all was done and the whole archive had been read, MB. */
	readonly peakMemoryMb: number;
};

/** The whole local pipeline in a process of its own under load from this one, in turn with a server that only keeps events. */
export async function benchPipeline(count: number): Promise<PipelineFigures> {
	const [tutti, bare] = [await startServer("tutti"), await startServer("bare")];
	try {
		const sides = [tutti, bare].map((server): Side => ({ server, messages: endless() }));
		const steadied = await inTurn(STEADY.rounds, sides, async (side, round) => {
			if (round === 0) await steady(side, WARM_UP); // what runs for the first time is compiled first
			return await steady(side, STEADY);
		});
		const readableMs = await readable(tutti, 200);
		const memoryMb: number[] = [];
		const loaded = await inTurn(PARTS, sides, async (side, part) => {
			const taken = await takeIn(side, count / PARTS);
			if (side.server === tutti && part % 2 === 1) memoryMb.push(Math.round(tutti.memoryMb()));
			return taken;
		});
		await readArchive(tutti);
		await tutti.idle();
		const [ours, theirs] = sides.map((_, n) => figuresOf(loaded[n] ?? [], (steadied[n] ?? []).flat()));
		if (!ours || !theirs) throw new Error("there are two servers");
		return {
			...{ startedInMs: tutti.startedInMs, tutti: ours, bare: theirs, readableMs, memoryMb },
			events: (loaded[0] ?? []).reduce((sum, { events }) => sum + events, 0),
			times: { time: timesIn(loaded), cpu: ours.cpuMicrosPerEvent / theirs.cpuMicrosPerEvent },
			peakMemoryMb: Math.round(tutti.peakMemoryMb()),
		};
	} finally {
		await Promise.all([tutti.close(), bare.close()]);
	}
}

/** The same with each side in turn, so often; what came of it, by side. */
async function inTurn<T>(rounds: number, sides: readonly Side[], work: (side: Side, round: number) => Promise<T>) {
	const done = sides.map((): T[] => []);
	for (let round = 0; round < rounds; round++) {
		for (const [n, side] of sides.entries()) done[n]?.push(await work(side, round));
	}
	return done;
}

/** How many times as long the one took as the other: the median of the parts. */
function timesIn([ours = [], theirs = []]: readonly Loaded[][]): number {
	const ratios = ours.map(({ ms }, part) => ms / (theirs[part]?.ms ?? Number.NaN));
	return quantile(ratios, 0.5);
}

function figuresOf(loaded: readonly Loaded[], steadyAnswers: readonly number[]): ServerFigures {
	const sum = (of: (part: Loaded) => number) => loaded.reduce((all, part) => all + of(part), 0);
	const events = sum((part) => part.events);
	return {
		eventsPerSecond: (events * 1000) / sum(({ ms }) => ms),
		cpuMicrosPerEvent: sum(({ cpuMicros }) => cpuMicros) / events,
		loadedAnswerMs: spreadOf(loaded.flatMap(({ answers }) => answers)),
		steadyAnswerMs: spreadOf(steadyAnswers),
	};
}

const spreadOf = (ms: readonly number[]): Spread => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) });
