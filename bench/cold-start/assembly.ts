import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A function as it would be deployed: the folder of its code, and the environment it would be given. */
export type DeployedFunction = {
	/** Folder under functions/, such as `unify/process-events`. */
	readonly entry: string;
	readonly code: string;
	readonly environment: Readonly<Record<string, string>>;
};

type Resource = {
	readonly Type: string;
	readonly Properties: {
		readonly Description?: string;
		readonly Environment?: { readonly Variables: Record<string, unknown> };
	};
	readonly Metadata?: { readonly "aws:asset:path"?: string };
};

/** Our functions in a folder that `cdk synth --output` wrote: those that say which folder of ours they are. */
export function functionsIn(assembly: string): DeployedFunction[] {
	return readdirSync(assembly)
		.filter((file) => file.endsWith(".template.json"))
		.flatMap((file) => {
			const template: unknown = JSON.parse(readFileSync(join(assembly, file), "utf8"));
			return Object.values((template as { Resources: Record<string, Resource> }).Resources); // as CloudFormation has it
		})
		.filter(({ Type }) => Type === "AWS::Lambda::Function")
		.map(({ Properties, Metadata }) => ({
			entry: Properties.Description ?? "",
			code: join(assembly, Metadata?.["aws:asset:path"] ?? ""),
			environment: resolved(Properties.Environment?.Variables ?? {}),
		}));
}

/** References to resources, as CloudFormation would resolve them: an address where one is wanted. */
const resolved = (variables: Record<string, unknown>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(variables).map(([name, value]) => {
			if (typeof value === "string") return [name, value];
			if (name === "USER_POOL_ID") return [name, "eu-west-1_Placehold"];
			return [name, name.endsWith("_URL") ? "https://sqs.eu-west-1.amazonaws.com/1/queue" : "made-by-cloudformation"];
		}),
	);
