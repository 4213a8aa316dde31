import { deploy } from "./deployed.ts";
import { type Bill, billOf, fillIn, MONTH_SECONDS } from "./model.ts";
import { REFERENCE } from "./reference.ts";
import { type Replayed, replay } from "./replay.ts";
import type { Deployment } from "./template.ts";
import { browserTrace, type Trace, type TraceOptions } from "./traces.ts";

/** More than this a second is not replayed: batches are full and sessions far apart by then, and nothing changes any more. */
const FASTEST = 386;
/** Bytes of an envelope and its wrapping, for the first guess of how many fit into a payload. */
const MESSAGE_BYTES = 3000;

export type Month = { readonly events: number; readonly eventsPerRequest: number };
export type Measured = {
	readonly month: Month;
	readonly replayed: Replayed;
	readonly bill: Bill;
	readonly messagesABatch: number;
};

type Options = {
	readonly deployment: Deployment;
	/** Events that are replayed, about. */
	readonly events: number;
	/** @default browser sessions */
	readonly traceOf?: (options: TraceOptions) => Trace;
};

/** Replays a trace as dense as such a month is, through functions whose batches are as full as they would be, and bills it. */
export async function measureMonth(
	month: Month,
	{ deployment, events, traceOf = browserTrace }: Options,
): Promise<Measured> {
	const fill = fillIn(month, deployment, MESSAGE_BYTES);
	const messagesABatch = Math.max(1, Math.round(fill.messages));
	const eventsPerSecond = Math.min(FASTEST, month.events / MONTH_SECONDS);
	const trace = traceOf({ events, eventsPerSecond, eventsPerRequest: month.eventsPerRequest });
	const replayed = await replay(await deploy(REFERENCE), trace, messagesABatch);
	return { month, replayed, bill: billOf(replayed, month, deployment), messagesABatch };
}
