import { metricsAtRest } from "#contracts/metrics.ts";
import type { Look, Rest } from "./at-rest.ts";
import { idleRequests } from "./batches.ts";
import { MONTH_SECONDS } from "./model.ts";
import { ALWAYS_FREE, dollarsFor, MONTHLY, PRICES, type Price } from "./prices.ts";
import { type Deployment, deploymentIn, type Resource } from "./template.ts";

export type IdleLine = {
	readonly name: string;
	readonly count: number;
	readonly dollars: number;
	/** What is left of it where nothing else in the account uses what AWS gives for nothing. */
	readonly alone: number;
};

type Resources = ReadonlyMap<string, Resource>;
type Counted = readonly [name: string, count: number, price: Price];

const HOURS = MONTH_SECONDS / 3600;
const DAYS = HOURS / 24;

/**
 * What a month costs in which nobody sends anything: what stands in the templates as deployed, each counted, and what runs by the clock, as it
 * was measured (`at-rest.ts`). Nobody has defined anything but a source. The store of events and profiles is what was kept, and not counted here.
 */
export function idleBill(resources: Resources, rest: Rest): readonly IdleLine[] {
	const counted = [...standing(resources), ...byTheClock(resources, rest), ...archived(resources)];
	const lines = counted.map(([name, count, price]) => ({
		name,
		count,
		dollars: dollarsFor(price, count),
		alone: dollarsFor(price, Math.max(0, count - (ALWAYS_FREE[name] ?? 0))),
	}));
	const sent = MONTH_SECONDS / 60;
	const dollars = (rest.canaryEvents.perMillion * sent) / 1e6;
	return [...lines, { name: "the canary's events, all that they cost", count: sent, dollars, alone: dollars }];
}

/** What is paid for because it is there. */
function standing(resources: Resources): Counted[] {
	const of = (type: string) => [...resources.values()].filter(({ Type }) => Type === type);
	const queues = of("AWS::Lambda::EventSourceMapping").filter(({ Properties }) => !Properties.StartingPosition).length;
	return [
		["metrics that alarms look at", metricsOf(of("AWS::CloudWatch::Alarm")), MONTHLY.alarm],
		["composite alarms", of("AWS::CloudWatch::CompositeAlarm").length, MONTHLY.compositeAlarm],
		["secrets", of("AWS::SecretsManager::Secret").length, MONTHLY.secret],
		["KMS keys", of("AWS::KMS::Key").length, MONTHLY.key],
		["custom metrics, by the hours in which they are put", metricsAtRest(), MONTHLY.metric],
		["empty receives of queues", queues * idleRequests(MONTH_SECONDS), PRICES.sqsRequests],
	];
}

/** An alarm over an expression is billed for each metric in it. */
export const metricsOf = (alarms: readonly Pick<Resource, "Properties">[]): number =>
	alarms.reduce((sum, { Properties: { Metrics } }) => {
		const looked = (Metrics as { readonly MetricStat?: object }[] | undefined)?.filter((one) => one.MetricStat);
		return sum + (looked?.length ?? 1);
	}, 0);

/** Calls of a schedule in a month. */
function callsOf(expression: string): number {
	const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
	const seconds = { minute: 60, hour: 3600, day: 86_400 }[unit ?? ""];
	if (!seconds) throw new Error(`how often is ${expression}?`);
	return MONTH_SECONDS / (Number(every) * seconds);
}

/** Of some of its events the canary waits until they are readable: what the pass's window is, and its work (`TIMED_MINUTES`). */
const [TIMED_AN_HOUR, WAY_SECONDS] = [4, 1];

/** Of the functions that look whether everybody has to be gone through: "two small reads", one after the other, and what a call takes besides. */
const SOMETIMES: Look = { readUnits: 3, writeUnits: 0, logBytes: 0, ms: 20 };

/** Functions that the clock calls, and which find nothing to do. */
function byTheClock(resources: Resources, { canary, tick }: Rest): Counted[] {
	const deployment = deploymentIn(resources);
	const called = [...resources.values()].flatMap(({ Type, Properties }) => {
		if (Type !== "AWS::Scheduler::Schedule") return [];
		const entry = String(Properties.Description);
		const look = { "watch/send-canary": canary, "segment/tick-segments": tick }[entry] ?? SOMETIMES;
		return [{ calls: callsOf(String(Properties.ScheduleExpression)), look, megabytes: deployment.memory(entry) }];
	});
	type Called = (typeof called)[number];
	const sum = (of: (one: Called) => number) => called.reduce((all, one) => all + one.calls * of(one), 0);
	return [
		["scheduled calls", sum(() => 1), PRICES.schedules],
		["their Lambda requests", sum(() => 1), PRICES.lambdaRequests],
		["their Lambda MB-ms", sum(({ look, megabytes }) => look.ms * megabytes) + waiting(deployment), PRICES.lambdaMbMs],
		["their reads", sum(({ look }) => look.readUnits), PRICES.readUnits],
		["their writes", sum(({ look }) => look.writeUnits), PRICES.writeUnits],
		["their log bytes", sum(({ look }) => look.logBytes), PRICES.logBytes],
	];
}

const waiting = ({ memory, passBatches }: Deployment): number =>
	HOURS * TIMED_AN_HOUR * (passBatches.windowSeconds + WAY_SECONDS) * 1000 * memory("watch/send-canary");

/** Athena bills 10 MB of a query that reads less. */
const LEAST_BYTES = 10 * 1024 ** 2;
/** Queries a day: the canary's for what is lacking, and those of the nightly comparison where nobody defined a segment. */
const QUERIES = { canary: 4, nightly: 3 };
/** How long the nightly comparison waits for its queries, seconds: assumed. */
const NIGHTLY_SECONDS = 30;

/** What the canary's events are in the archive, and those who ask it: in the first month, for all that is there is read every night. */
function archived(resources: Resources): Counted[] {
	const streams = [...resources.values()].filter(({ Type }) => Type === "AWS::KinesisFirehose::DeliveryStream");
	const [interval = 300] = streams.map(
		({ Properties }) => Properties.ExtendedS3DestinationConfiguration?.BufferingHints?.IntervalInSeconds as number,
	);
	const files = MONTH_SECONDS / interval;
	const read = DAYS * (QUERIES.nightly * (files / 2) + QUERIES.canary * (files / DAYS));
	const nightlyMbMs = DAYS * NIGHTLY_SECONDS * 1000 * deploymentIn(resources).memory("segment/reconcile-segments");
	return [
		["files of the archive", files, PRICES.s3Puts],
		["files that queries read", read, PRICES.s3Gets],
		["bytes that Athena bills", DAYS * (QUERIES.canary + QUERIES.nightly) * LEAST_BYTES, PRICES.athenaBytes],
		["nightly comparison, Lambda MB-ms", nightlyMbMs, PRICES.lambdaMbMs],
	];
}

/** By the price list, and of an installation that is alone in its account. */
export const idleDollars = (lines: readonly IdleLine[]): { readonly listed: number; readonly alone: number } => ({
	listed: lines.reduce((sum, { dollars }) => sum + dollars, 0),
	alone: lines.reduce((sum, { alone }) => sum + alone, 0),
});
