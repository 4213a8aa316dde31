import { type App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { leaveOutForEmulator } from "./leave-out-for-emulator.ts";
import type { Settings } from "./settings.ts";
import { ApiStack } from "./stacks/api-stack.ts";
import { DataStack } from "./stacks/data-stack.ts";
import { PipelineStack } from "./stacks/pipeline-stack.ts";
import { WatchStack } from "./stacks/watch-stack.ts";

/**
 * One installation of Tutti: what must survive, the flow, its two doors, and what watches over them. Bound to no account
 * or region. Synthesis fails on a finding of cdk-nag that nobody has acknowledged beside its resource.
 */
export function installTutti(app: App, settings: Settings) {
	const props = (name: string) => ({ settings, stackName: `tutti-${settings.stage}-${name}` });
	const data = new DataStack(app, "Data", props("data"));
	const pipeline = new PipelineStack(app, "Pipeline", { ...props("pipeline"), data });
	const api = new ApiStack(app, "Api", { ...props("api"), data, pipeline });
	const watch = new WatchStack(app, "Watch", { ...props("watch"), data, api });

	if (settings.emulated) leaveOutForEmulator(app);
	Tags.of(app).add("tutti:stage", settings.stage);
	Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
	return { data, pipeline, api, watch };
}
