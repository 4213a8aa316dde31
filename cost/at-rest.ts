import type { ScheduledEvent } from "aws-lambda";
import type { Usage } from "#adapters/meter/usage.ts";
import { source } from "#contracts/definitions/source.ts";
import { CANARY_SOURCE, canaryEvent } from "#domain/watch/canary-event.ts";
import { type Deployed, type DeployedTutti, deploy } from "./deployed.ts";
import { type Bill, billedMs, billOf, MONTH_SECONDS } from "./model.ts";
import { REFERENCE } from "./reference.ts";
import { BEGUN, CONTEXT, listening, replay } from "./replay.ts";
import type { Deployment } from "./template.ts";

/** What a call by the clock takes that finds nothing to do. */
export type Look = {
	readonly readUnits: number;
	readonly writeUnits: number;
	readonly logBytes: number;
	/** Milliseconds that Lambda bills, by the function's megabytes. */
	readonly ms: number;
};

/** What goes on where nobody sends anything, measured. */
export type Rest = {
	/** The canary's events, one a minute, on their way through all functions. */
	readonly canaryEvents: Bill;
	/** The function that sends them, without its waiting for some. */
	readonly canary: Look;
	readonly tick: Look;
};

const MINUTE = 60_000;
/** Its profile remembers 512 events: what it costs to write it is what that costs from then on. */
const BEFORE = 600;
const MEASURED = 240;
const CALLS = 20;

const CANARY = {
	kind: "source",
	definition: source.parse({ id: CANARY_SOURCE, key: { kind: "public", writeKey: "wk_canary", origins: ["*"] } }),
} as const;

/** Sends the canary's events of some hours through the functions, and calls those that the clock calls. */
export async function measureRest(deployment: Deployment): Promise<Rest> {
	const tutti = await deploy([...REFERENCE, CANARY]);
	const minutes = (from: number, count: number) =>
		Array.from({ length: count }, (_, n) => {
			const at = (from + n) * MINUTE;
			return { at, messages: [{ type: "track", ...canaryEvent(new Date(BEGUN + at)) }] };
		});
	const replayed = await replay(tutti, { before: minutes(-BEFORE, BEFORE), requests: minutes(0, MEASURED) }, 1);
	const month = { events: MONTH_SECONDS / 60, eventsPerRequest: 1 };
	const { memory } = deployment;
	return {
		canaryEvents: billOf(replayed, month, deployment),
		canary: await lookOf(tutti.canary, memory("watch/send-canary"), tutti),
		tick: await lookOf(tutti.tick, memory("segment/tick-segments"), tutti),
	};
}

/** A function called each minute of the last ones, as the clock would; the first call reads what later ones remember. */
async function lookOf(
	{ meter, handler }: Deployed<ScheduledEvent>,
	megabytes: number,
	{ aws, clock }: DeployedTutti,
): Promise<Look> {
	const call = async (minute: number) => {
		clock.at = new Date(BEGUN + minute * MINUTE);
		// what the schedule says is not looked at
		return (await listening(() => handler({} as ScheduledEvent, CONTEXT))).logBytes;
	};
	await call(MEASURED - CALLS - 1);
	const [before, spentBefore] = [meter.read(), aws.waiting.read()];
	let logBytes = 0;
	for (let minute = MEASURED - CALLS; minute < MEASURED; minute++) logBytes += await call(minute);
	const [after, spent] = [meter.read(), aws.waiting.read()];
	const each = (of: (used: Usage) => number) => (of(after) - of(before)) / CALLS;
	return {
		readUnits: each(({ counts }) => counts.readUnits ?? 0),
		writeUnits: each(({ counts }) => counts.writeUnits ?? 0),
		logBytes: logBytes / CALLS,
		ms: billedMs(
			{
				calls: each(({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0)),
				cpuMicros: (spent.cpuMicros - spentBefore.cpuMicros) / CALLS,
				waitedMs: (spent.waitedMs - spentBefore.waitedMs) / CALLS,
			},
			megabytes,
		),
	};
}
