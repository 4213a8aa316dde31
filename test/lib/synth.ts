import { readFileSync } from "node:fs";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { vi } from "vitest";
import { installTutti } from "#lib/install-tutti.ts";
import { settingsFrom } from "#lib/settings.ts";

// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation resource has any shape; each test looks at what it claims
type Properties = Record<string, any>;

export type Resource = {
	readonly stack: string;
	readonly id: string;
	readonly Type: string;
	readonly Properties: Properties;
	readonly DeletionPolicy?: string;
	readonly DependsOn?: readonly string[];
	readonly Metadata?: Properties;
};

// `cdk synth` in CI checks the templates against CloudFormation's own rules; here that would cost ten seconds each time.
vi.stubEnv("CDK_VALIDATION", "false");

/** The flags that `cdk synth` reads, so that tests see the templates that are deployed. */
const flags = (): Record<string, unknown> => JSON.parse(readFileSync("cdk.json", "utf8")).context;

const UNBUNDLED = { "aws:cdk:bundling-stacks": [] };
const BUNDLED = { "aws:cdk:enable-asset-metadata": true };

/** An installation as `cdk synth -c …` would make it; its functions are bundled only when a folder is given. */
export function synthesise(context: Readonly<Record<string, string>> = {}, folder?: string) {
	const app = new App({
		context: { ...flags(), ...(folder ? BUNDLED : UNBUNDLED), ...context },
		...(folder && { outdir: folder }),
		analyticsReporting: false,
	});
	const stacks = installTutti(app, settingsFrom(app.node));
	const resources = Object.values(stacks).flatMap((stack) => resourcesOf(stack));
	/** All resources of a type, of every stack. */
	const all = (type: string) => resources.filter((resource) => resource.Type === type);
	return { app, stacks, resources, all };
}

const resourcesOf = (stack: Stack): Resource[] =>
	Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Omit<Resource, "stack" | "id">>).map(
		([id, resource]) => ({ stack: stack.node.id, id, ...resource, Properties: resource.Properties ?? {} }),
	);

let made: ReturnType<typeof synthesise> | undefined;

/** The installation to keep (`prod`), synthesised once for each test file. */
export const prod = (): ReturnType<typeof synthesise> => {
	made ??= synthesise({ stage: "prod" });
	return made;
};
