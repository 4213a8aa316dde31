import { type Filled, fillOf } from "./batches.ts";
import { dollarsFor, PRICES, type Price } from "./prices.ts";
import type { FunctionName, Replayed } from "./replay.ts";
import type { Deployment } from "./template.ts";

/** Seconds of a month of 30.44 days: rates are spread evenly over it. */
export const MONTH_SECONDS = 30.44 * 24 * 60 * 60;

const ENTRIES: Readonly<Record<FunctionName, string>> = {
	collector: "collect/receive-events",
	pass: "unify/process-events",
	publish: "unify/publish-changes",
	identities: "archive/store-identities",
};

/** Lambda gives a function a processor of its own at so many megabytes, and less in proportion below. */
const WHOLE_PROCESSOR_MB = 1769;
/** What the network costs the processor in a call beside what was measured: PERFORMANCE.md saw 34 to 74 µs without TLS. */
const SOCKET_MS = 0.1;
/** Of a line of the access log, beside its text. */
const LOG_LINE_BYTES = 26;
/** Of provisioned capacity that is used where the load is steady: what the table's scaling aims at (`lib/table-capacity.ts`). */
const USED = 0.7;
const [WRITES, READS] = ["DynamoDB write units", "DynamoDB read units"];
/** X-Ray's own default: one trace a second, and one in twenty of all others. */
const TRACED_SHARE = 0.05;

type Line = { readonly name: string; readonly perEvent: number; readonly perMillion: number };
export type Bill = {
	readonly lines: readonly Line[];
	readonly perMillion: number;
	/** With the table's capacity provisioned (`-c provisioned`) and the load steady, instead of billed by the request. */
	readonly perMillionProvisioned: number;
};

type Month = { readonly events: number; readonly eventsPerRequest: number };

/** How the pass's batches fill in such a month. */
export const fillIn = ({ events, eventsPerRequest }: Month, { passBatches }: Deployment, messageBytes = 0): Filled =>
	fillOf(events / eventsPerRequest / MONTH_SECONDS, passBatches, { messageBytes });

/**
 * What a month of such events costs: what was counted in a replay with batches as full as this month's, for each event, times the
 * events, times the prices. Storage, and what is paid for though nothing happens, stand elsewhere.
 */
export function billOf(replayed: Replayed, month: Month, deployment: Deployment): Bill {
	const counted = countsOf(replayed, month, deployment);
	const lines = counted.map(([name, perEvent, price]): Line => {
		const perMillion = (dollarsFor(price, perEvent * month.events) / month.events) * 1e6;
		return { name, perEvent, perMillion };
	});
	const perMillion = lines.reduce((sum, line) => sum + line.perMillion, 0);
	return { lines, perMillion, perMillionProvisioned: perMillion + provisioned(lines) };
}

/** What provisioned capacity saves, as a negative number. */
function provisioned(lines: readonly Line[]): number {
	const of = (name: string) => lines.find((line) => line.name === name) ?? { perEvent: 0, perMillion: 0 };
	const [writes, reads] = [of(WRITES), of(READS)];
	const dear = writes.perMillion + reads.perMillion;
	const cheap =
		dollarsFor(PRICES.provisionedWrites, writes.perEvent / USED) +
		dollarsFor(PRICES.provisionedReads, reads.perEvent / USED);
	return cheap * 1e6 - dear;
}

function countsOf(replayed: Replayed, month: Month, deployment: Deployment): [string, number, Price][] {
	const { events, requests, usage, spent, messageBytes } = replayed;
	const fill = fillIn(month, deployment, messageBytes);
	const functions = Object.keys(ENTRIES) as FunctionName[];
	const sum = (of: (fn: FunctionName) => number) => functions.reduce((all, fn) => all + of(fn), 0) / events;
	const behindCollector = functions.filter((fn) => fn !== "collector");
	const ofOthers = (of: (fn: FunctionName) => number) => behindCollector.reduce((all, fn) => all + of(fn), 0) / events;
	// what comes by a URL of the collector's own is not billed as a request to anybody but the function, and nobody logs it
	const throughApi = deployment.frontDoor === "http-api" ? requests : 0;
	// every change of identity is a message of its own, which few others join: a send, a receive and a delete
	const changes = (usage.publish.counts.busEntries ?? 0) / events;
	const collectorTraced = deployment.traced.includes(ENTRIES.collector) ? TRACED_SHARE * (requests / events) : 0;
	return [
		["HTTP API requests", throughApi / events, PRICES.httpRequests],
		["EventBridge entries", sum((fn) => usage[fn].counts.busEntries ?? 0), PRICES.busEntries],
		["SQS requests", (requests / events) * fill.requestsPerMessage + changes * 3, PRICES.sqsRequests],
		["Lambda requests, collector", spent.collector.invocations / events, PRICES.lambdaRequests],
		["Lambda requests, others", ofOthers((fn) => spent[fn].invocations), PRICES.lambdaRequests],
		["Lambda MB-ms, collector", mbMs("collector", replayed, deployment) / events, PRICES.lambdaMbMs],
		["Lambda MB-ms, others", ofOthers((fn) => mbMs(fn, replayed, deployment)), PRICES.lambdaMbMs],
		[WRITES, sum((fn) => usage[fn].counts.writeUnits ?? 0), PRICES.writeUnits],
		[READS, sum((fn) => usage[fn].counts.readUnits ?? 0), PRICES.readUnits],
		["Firehose bytes", sum((fn) => usage[fn].counts.firehoseBytes ?? 0), PRICES.firehoseBytes],
		["Log bytes, functions", sum((fn) => spent[fn].logBytes), PRICES.logBytes],
		["Log bytes, access log", accessLogBytes(deployment) * (throughApi / events), PRICES.logBytes],
		["X-Ray traces", collectorTraced, PRICES.traces],
	];
}

/** What Lambda bills of all invocations together. */
function mbMs(fn: FunctionName, { spent, usage }: Replayed, { memory }: Deployment): number {
	const megabytes = memory(ENTRIES[fn]);
	const { invocations, cpuMicros, waitedMs } = spent[fn];
	if (invocations === 0) return 0;
	const calls = Object.values(usage[fn].calls).reduce((sum, count) => sum + count, 0);
	const each = { calls: calls / invocations, cpuMicros: cpuMicros / invocations, waitedMs: waitedMs / invocations };
	return billedMs(each, megabytes) * invocations * megabytes;
}

type Took = { readonly calls: number; readonly cpuMicros: number; readonly waitedMs: number };

/** What Lambda bills of an invocation: processor time at the function's share of a processor, and what it waited for AWS, rounded up. */
export function billedMs({ calls, cpuMicros, waitedMs }: Took, megabytes: number): number {
	const busyMs = cpuMicros / 1000 + calls * SOCKET_MS;
	return Math.ceil(busyMs / Math.min(1, megabytes / WHOLE_PROCESSOR_MB) + waitedMs);
}

/** A line of the access log with values as long as they are. */
function accessLogBytes({ accessLogFormat }: Deployment): number {
	if (!accessLogFormat) return 0;
	const LONG: Readonly<Record<string, number>> = { requestTimeEpoch: 13, requestId: 16, routeKey: 8, status: 3 };
	const line = accessLogFormat.replaceAll(/\$context\.([A-Za-z.]+)/g, (_, name: string) => "x".repeat(LONG[name] ?? 3));
	return Buffer.byteLength(line) + LOG_LINE_BYTES;
}
