import { Command } from "commander";
import { type PlanAnswer, planAnswer } from "#contracts/http/admin-definitions.ts";
import { drawPlan } from "../draw-plan.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { show } from "../terminal.ts";

type Options = ApiOptions & { readonly workspace: string; readonly keepOthers?: boolean };

/** `tutti plan`: what `tutti apply` would change. */
export const plan = () =>
	workspaceCommand("plan")
		.description("compare the workspace folder with what is in force, and change nothing")
		.action((options: Options) => send("plan", options));

/** `tutti apply`: makes the workspace folder what is in force. */
export const apply = () =>
	workspaceCommand("apply")
		.description("put the workspace folder in force: definitions that are not in it are removed")
		.action((options: Options) => send("apply", options));

const workspaceCommand = (name: string): Command =>
	withApi(new Command(name))
		.option("--workspace <folder>", "the folder with the definitions", "workspace")
		.option("--keep-others", "leave definitions alone that are not in the folder");

async function send(what: "plan" | "apply", options: Options): Promise<void> {
	// Only here: no other command reads YAML.
	const { loadWorkspace } = await import("../workspace.ts");
	const definitions = await loadWorkspace(options.workspace);
	const body = { definitions, prune: !options.keepOthers };
	const answer: PlanAnswer = await apiOf(options).post(`/v1/definitions/${what}`, body, planAnswer);
	show(answer, options, drawPlan);
}
