import type { ScheduledEvent } from "aws-lambda";
import { describeError, type Log } from "#functions/shared/log.ts";
import { type LocalHandler, lambdaContext } from "./lambda-context.ts";

export type Clock = {
	isQuiet(): boolean;
	stop(): Promise<void>;
};

type ClockOptions = {
	readonly name: string;
	readonly everySeconds: number;
	/** Otherwise the tick is left out. @default always */
	readonly when?: () => boolean;
	readonly handler: LocalHandler<ScheduledEvent, unknown>;
	readonly now: () => Date;
	readonly log: Log;
};

/** What EventBridge Scheduler does: calls a function again and again, but never while its last run is not over. */
export function clock({ name, everySeconds, when = () => true, handler, now, log }: ClockOptions): Clock {
	let running: Promise<void> | undefined;

	function tick(): Promise<void> {
		running ??= handler(scheduledEvent(now()), lambdaContext(name))
			.then(() => {})
			.catch((error: unknown) => log.error("a scheduled function threw", { function: name, ...describeError(error) }))
			.finally(() => {
				running = undefined;
			});
		return running;
	}
	const timer = setInterval(() => void (when() && tick()), everySeconds * 1000);
	return {
		isQuiet: () => running === undefined,
		async stop() {
			clearInterval(timer);
			await running;
		},
	};
}

const scheduledEvent = (now: Date): ScheduledEvent => ({
	id: crypto.randomUUID(),
	version: "0",
	account: "000000000000",
	time: `${now.toISOString().slice(0, 19)}Z`,
	region: "local",
	resources: [],
	source: "aws.events",
	"detail-type": "Scheduled Event",
	detail: {},
});
