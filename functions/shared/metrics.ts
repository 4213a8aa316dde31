import type { Log } from "./log.ts";

/** Numbers to be drawn and watched, by name. Nothing about a person, and no name of which there are many. */
export type Metrics = {
	/** `of` says what the numbers are about, such as a segment: each value of it is a metric of its own, which costs. */
	put(numbers: Readonly<Record<string, number>>, of?: Readonly<Record<string, string>>): void;
};

type Options = { readonly log: Log; readonly namespace: string; readonly now: () => Date };

/**
 * Metrics as lines of the log in CloudWatch's embedded metric format: CloudWatch makes the metric when it reads the line, so
 * no call is made. Elsewhere they are lines like others.
 */
export function loggedMetrics({ log, namespace, now }: Options): Metrics {
	return {
		put(numbers, of = {}) {
			const metrics = Object.keys(numbers).map((name) => ({ Name: name }));
			const directive = { Namespace: namespace, Dimensions: [Object.keys(of)], Metrics: metrics };
			log.info("metrics", { _aws: { Timestamp: now().getTime(), CloudWatchMetrics: [directive] }, ...of, ...numbers });
		},
	};
}
