import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Properties = Readonly<Record<string, unknown>>;
type Metrics = readonly {
	readonly MetricStat?: { readonly Metric: Properties; readonly Period: number; readonly Stat: string };
}[];

/**
 * What a synthesised app has to say in other words for the emulator to understand it. Nothing else is changed in its
 * templates.
 */
export async function suitEmulator(assembly: string): Promise<void> {
	for (const name of await readdir(assembly)) {
		if (!name.endsWith(".template.json")) continue;
		const file = join(assembly, name);
		const template: unknown = JSON.parse(await readFile(file, "utf8"), (_key, value: unknown) =>
			isObject(value) ? withoutMetricMath(withQueries(withBatches(value))) : value,
		);
		await writeFile(file, JSON.stringify(template));
	}
}

/** What AWS asks for a single message and for a batch alike. */
const BATCHED = ["sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];

/**
 * The emulator asks for permissions such as `sqs:SendMessageBatch`, which AWS does not know: there a batch needs what a
 * single message needs. So whoever may do it to one may do it to many.
 */
function withBatches(statement: Properties): Properties {
	const actions: readonly unknown[] = [statement.Action ?? []].flat();
	const batches = BATCHED.filter((action) => actions.includes(action)).map((action) => `${action}Batch`);
	return batches.length > 0 ? { ...statement, Action: [...actions, ...batches] } : statement;
}

/**
 * A query is asked about by its id alone. AWS knows whose workgroup it is and asks for that; the emulator does not, and
 * asks for everything. So who may ask in a workgroup may ask there in all of them.
 */
function withQueries(statement: Properties): Properties {
	const actions: readonly unknown[] = [statement.Action ?? []].flat();
	return actions.includes("athena:GetQueryExecution") ? { ...statement, Resource: "*" } : statement;
}

/** Alarms over a sum of metrics: the emulator knows one metric an alarm. It rings none, so the first will do. */
function withoutMetricMath(resource: Properties): Properties {
	const { Type, Properties: properties } = resource;
	if (Type !== "AWS::CloudWatch::Alarm" || !isObject(properties) || !properties.Metrics) return resource;
	const { Metrics, ...rest } = properties;
	const stat = (Metrics as Metrics).find(({ MetricStat }) => MetricStat)?.MetricStat;
	return { ...resource, Properties: { ...rest, ...stat?.Metric, Period: stat?.Period, Statistic: stat?.Stat } };
}

const isObject = (value: unknown): value is Properties =>
	typeof value === "object" && value !== null && !Array.isArray(value);
