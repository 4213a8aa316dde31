import type { MetricName } from "#contracts/metrics.ts";
import type { Log } from "./log.ts";

/** Numbers to be drawn and watched, by name (`contracts/metrics.ts`). Nothing about a person. */
export type Metrics = {
	/** `beside` goes into the same line of the log, for whoever looks closer, and is no metric of its own. */
	put(numbers: { readonly [name in MetricName]?: number }, beside?: Readonly<Record<string, string | number>>): void;
};

/** Metrics as lines of a log like others: where no CloudWatch reads them. Deployed functions use `powertoolsMetrics`. */
export const loggedMetrics = ({ log }: { readonly log: Log }): Metrics => ({
	put: (numbers, beside = {}) => log.info("metrics", { ...numbers, ...beside }),
});
