import { idleRequests } from "./batches.ts";
import { MONTH_SECONDS } from "./model.ts";
import { ALWAYS_FREE, dollarsFor, MONTHLY, PRICES, type Price } from "./prices.ts";
import type { Resource } from "./template.ts";

export type IdleLine = {
	readonly name: string;
	readonly count: number;
	readonly dollars: number;
	/** What is left of it where nothing else in the account uses what AWS gives for nothing. */
	readonly alone: number;
};

/** Calls of a schedule in a month. A cron of one day is taken as daily. */
function callsOf(expression: string): number {
	const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
	const seconds = { minute: 60, hour: 3600, day: 86_400 }[unit ?? "day"] ?? 86_400;
	return MONTH_SECONDS / (Number(every ?? 1) * seconds);
}

/** What a scheduled call that finds nothing to do takes: some small reads, and a tenth of a second of a function. */
const LOOK = { readUnits: 3, busyMs: 100 };
/** What the canary sends comes back through every hop as an event of its own: what one costs unshared. */
const CANARY = { writeUnits: 2, readUnits: 4 };

/**
 * What a month costs in which nobody sends anything: what stands in the templates as deployed, each counted, and what runs by the clock.
 * The store of events and profiles is what was kept, and not counted here.
 */
export function idleBill(resources: ReadonlyMap<string, Resource>): readonly IdleLine[] {
	const all = [...resources.values()];
	const of = (type: string) => all.filter(({ Type }) => Type === type);
	const line = (name: string, count: number, price: Price): IdleLine => ({
		name,
		count,
		dollars: dollarsFor(price, count),
		alone: dollarsFor(price, Math.max(0, count - (ALWAYS_FREE[name] ?? 0))),
	});
	const functions = new Map(
		[...resources].flatMap(([id, { Type, Properties }]) =>
			Type === "AWS::Lambda::Function" ? [[id, Properties] as const] : [],
		),
	);
	const scheduled = of("AWS::Scheduler::Schedule").map(({ Properties }) => {
		const id: string = Properties.Target?.Arn?.["Fn::GetAtt"]?.[0] ?? "";
		const megabytes: number = functions.get(id)?.MemorySize ?? 1024;
		return {
			calls: callsOf(Properties.ScheduleExpression as string),
			megabytes,
			entry: String(Properties.Description),
		};
	});
	const calls = scheduled.reduce((sum, one) => sum + one.calls, 0);
	const mbMs = scheduled.reduce((sum, one) => sum + one.calls * one.megabytes * LOOK.busyMs, 0);
	const canary = scheduled.filter(({ entry }) => entry.includes("canary")).reduce((sum, one) => sum + one.calls, 0);
	const queues = of("AWS::Lambda::EventSourceMapping").filter(({ Properties }) => !Properties.StartingPosition).length;
	return [
		line("alarms", of("AWS::CloudWatch::Alarm").length, MONTHLY.alarm),
		line("composite alarms", of("AWS::CloudWatch::CompositeAlarm").length, MONTHLY.compositeAlarm),
		line("secrets", of("AWS::SecretsManager::Secret").length, MONTHLY.secret),
		line("KMS keys", of("AWS::KMS::Key").length, MONTHLY.key),
		line("custom metrics (by name in alarms and dashboards)", customMetrics(all), MONTHLY.metric),
		line("empty receives of queues", queues * idleRequests(MONTH_SECONDS), PRICES.sqsRequests),
		line("scheduled calls", calls, PRICES.schedules),
		line("their Lambda requests", calls, PRICES.lambdaRequests),
		line("their Lambda MB-ms", mbMs, PRICES.lambdaMbMs),
		line("their reads", calls * LOOK.readUnits, PRICES.readUnits),
		line("canary: HTTP requests", canary, PRICES.httpRequests),
		line("canary: bus entries", canary * 2, PRICES.busEntries),
		line("canary: write units", canary * CANARY.writeUnits, PRICES.writeUnits),
		line("canary: read units", canary * CANARY.readUnits, PRICES.readUnits),
	];
}

/** Metrics of our own namespace that something in the templates looks at: each that is put is paid for. */
function customMetrics(all: readonly Resource[]): number {
	const names = new Set<string>();
	for (const { Properties } of all) {
		const text = JSON.stringify(Properties).replaceAll("\\", "");
		for (const [, name = ""] of text.matchAll(/"Namespace":"Tutti\/[a-z]+","MetricName":"(\w+)"/g)) names.add(name);
		for (const [, name = ""] of text.matchAll(/"MetricName":"(\w+)","Namespace":"Tutti\/[a-z]+"/g)) names.add(name);
		for (const [, name = ""] of text.matchAll(/\["Tutti\/[a-z]+","(\w+)"/g)) names.add(name);
	}
	return names.size;
}

/** By the price list, and of an installation that is alone in its account. */
export const idleDollars = (lines: readonly IdleLine[]): { readonly listed: number; readonly alone: number } => ({
	listed: lines.reduce((sum, { dollars }) => sum + dollars, 0),
	alone: lines.reduce((sum, { alone }) => sum + alone, 0),
});
