import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation resource has any shape
type Properties = Record<string, any>;
export type Resource = { readonly Type: string; readonly Properties: Properties };

/**
 * All resources of an installation as it is deployed (`bin/tutti.ts`) with these flags (`-c …`), by their logical ids; functions are not
 * bundled.
 */
export async function synthesised(
	stage: "dev" | "prod",
	flags: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Resource>> {
	const CDK_OUTDIR = await mkdtemp(join(tmpdir(), "tutti-cost-"));
	try {
		const { context } = JSON.parse(await readFile("cdk.json", "utf8")) as { context: object };
		const CDK_CONTEXT_JSON = JSON.stringify({ ...context, stage, ...flags, "aws:cdk:bundling-stacks": [] });
		// biome-ignore lint/style/noProcessEnv: the process it starts needs the path to Node
		const env = { ...process.env, CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_VALIDATION: "false" };
		await promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", "bin/tutti.ts"], { env });
		const files = (await readdir(CDK_OUTDIR)).filter((name) => name.endsWith(".template.json"));
		const templates = await Promise.all(files.map((name) => readFile(join(CDK_OUTDIR, name), "utf8")));
		return new Map(
			templates.flatMap((text) => {
				const { Resources = {} } = JSON.parse(text) as { Resources?: Record<string, Resource> };
				return Object.entries(Resources).map(([id, { Type, Properties = {} }]) => [id, { Type, Properties }] as const);
			}),
		);
	} finally {
		await rm(CDK_OUTDIR, { recursive: true, force: true });
	}
}

/** What the model has to know of how functions are set up. */
export type Deployment = {
	readonly memory: (entry: string) => number;
	readonly passBatches: { readonly batchSize: number; readonly windowSeconds: number; readonly concurrency: number };
	/** Whether senders come to the collector through the HTTP API, or by a URL of its own. */
	readonly frontDoor: "http-api" | "function-url";
	/** A line of the HTTP API's access log; undefined where it keeps none. */
	readonly accessLogFormat: string | undefined;
	/** Functions that X-Ray traces. */
	readonly traced: readonly string[];
};

export function deploymentIn(resources: ReadonlyMap<string, Resource>): Deployment {
	const functions = [...resources].filter(([, { Type }]) => Type === "AWS::Lambda::Function");
	const named = (entry: string) => {
		const found = functions.find(([, { Properties }]) => Properties.Description === entry);
		if (!found) throw new Error(`no function ${entry} is deployed`);
		return found;
	};
	const [passId] = named("unify/process-events");
	const [collectorId] = named("collect/receive-events");
	const all = [...resources.values()];
	const mapping = all.find(
		({ Type, Properties }) =>
			Type === "AWS::Lambda::EventSourceMapping" && JSON.stringify(Properties.FunctionName).includes(`"${passId}"`),
	)?.Properties;
	const collectorHasUrl = all.some(
		({ Type, Properties }) =>
			Type === "AWS::Lambda::Url" && JSON.stringify(Properties.TargetFunctionArn).includes(collectorId),
	);
	const stage = all.find(({ Type }) => Type === "AWS::ApiGatewayV2::Stage")?.Properties;
	return {
		memory: (entry) => named(entry)[1].Properties.MemorySize as number,
		passBatches: {
			batchSize: mapping?.BatchSize ?? 10,
			windowSeconds: mapping?.MaximumBatchingWindowInSeconds ?? 0,
			concurrency: mapping?.ScalingConfig?.MaximumConcurrency ?? 1000,
		},
		frontDoor: collectorHasUrl ? "function-url" : "http-api",
		accessLogFormat: stage?.AccessLogSettings?.Format,
		traced: functions.flatMap(([, { Properties }]) =>
			Properties.TracingConfig?.Mode === "Active" ? [Properties.Description as string] : [],
		),
	};
}
