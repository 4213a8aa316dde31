import { fileURLToPath } from "node:url";
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
	ApplicationLogLevel,
	Architecture,
	LoggingFormat,
	Runtime,
	SystemLogLevel,
	Tracing,
} from "aws-cdk-lib/aws-lambda";
import { type BundlingOptions, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

export interface StageFunctionProps {
	/** Folder under functions/, such as `unify/process-events`. It is the function's description too. */
	readonly entry: string;
	readonly settings: Settings;
	readonly environment: Readonly<Record<string, string>>;
	/** Megabytes; 1,769 are one whole processor. */
	readonly memory: number;
	readonly timeout: Duration;
	/**
	 * Whether the traces of errors name the lines of our source. To read the map takes 20 ms of each cold start.
	 * @default true
	 */
	readonly tracesSource?: boolean;
	/** Whether X-Ray may follow its calls, where the settings let it: the function then notes whose they are. @default false */
	readonly traced?: boolean;
	/** Executions set aside for this function alone. @default none */
	readonly reserved?: number;
	/** Commands that put more beside the bundle, given the folder it was written to. @default none */
	readonly afterBundling?: (folder: string) => string[];
}

/**
 * Every function of ours: one ES module with its source map, arm64, the pinned Node, a log group that forgets, and a
 * role that may write to that group and nothing else until somebody grants more.
 */
export class StageFunction extends NodejsFunction {
	readonly entry: string;
	readonly ownRole: Role;

	constructor(scope: Construct, id: string, { entry, settings, ...props }: StageFunctionProps) {
		const logGroup = new LogGroup(scope, `${id}Logs`, {
			retention: settings.logRetention,
			removalPolicy: RemovalPolicy.DESTROY,
		});
		// Our own role: the managed policy that CDK would attach may write to every log group of the account.
		const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
		logGroup.grantWrite(role);

		const isTraced = (props.traced ?? false) && settings.tracedShare > 0;
		super(scope, id, {
			description: entry,
			entry: `${REPOSITORY}functions/${entry}/handler.ts`,
			projectRoot: REPOSITORY,
			depsLockFilePath: `${REPOSITORY}package-lock.json`,
			runtime: Runtime.NODEJS_24_X,
			architecture: Architecture.ARM_64,
			memorySize: props.memory,
			timeout: props.timeout,
			reservedConcurrentExecutions: props.reserved,
			environment: {
				...((props.tracesSource ?? true) && { NODE_OPTIONS: "--enable-source-maps" }),
				POWERTOOLS_SERVICE_NAME: entry,
				...props.environment,
			},
			role,
			logGroup,
			loggingFormat: LoggingFormat.JSON,
			applicationLogLevelV2: ApplicationLogLevel.INFO,
			// START, END and REPORT of each call cost more than the call itself; CloudWatch's metrics say the same.
			systemLogLevelV2: SystemLogLevel.WARN,
			...(isTraced && { tracing: Tracing.ACTIVE }),
			bundling: bundling(props),
		});
		if (isTraced) acknowledge(role, "IAM5[Resource::*]", "X-Ray's two actions to put traces name no resource.");
		this.entry = entry;
		this.ownRole = role;
	}
}

const TRACER = "@aws-lambda-powertools/tracer";

/** The tracer, 130 KB, as a package beside the bundle: it is loaded when the first call is followed, which mostly none is. */
const bundleTracer = (folder: string): string =>
	[
		'"node_modules/.bin/esbuild"',
		`node_modules/${TRACER}/lib/esm/index.js`,
		"--bundle --minify --platform=node --format=cjs --log-level=warning",
		`"--outfile=${folder}/node_modules/${TRACER}/index.js"`,
	].join(" ");

const bundling = ({
	afterBundling: after,
	traced,
}: Pick<StageFunctionProps, "afterBundling" | "traced">): BundlingOptions => ({
	format: OutputFormat.ESM,
	minify: true,
	sourceMap: true,
	// Ours loads faster than the runtime's copy, and cannot change under us.
	bundleAwsSDK: true,
	mainFields: ["module", "main"],
	// The path must be relative to the repository, where esbuild is run.
	esbuildArgs: {
		"--alias:@aws-sdk/credential-provider-node": "./adapters/aws/lambda-credentials.ts",
		...(traced && { [`--external:${TRACER}`]: true }),
	},
	// Logs tell errors apart by the names of their classes.
	keepNames: true,
	commandHooks: {
		beforeBundling: () => [],
		beforeInstall: () => [],
		afterBundling: (_input, folder) => [...(traced ? [bundleTracer(folder)] : []), ...(after?.(folder) ?? [])],
	},
});
