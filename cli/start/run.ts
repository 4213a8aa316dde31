import { DataFolderUnusable } from "#local/data-folder.ts";
import { CannotListen, startTutti, type Tutti } from "#local/server.ts";
import { apiAt } from "../api.ts";
import { drawPlan } from "../draw-plan.ts";
import { Failure } from "../failure.ts";
import { DEFAULT_DATA, DEFAULT_URL } from "../options.ts";
import { colours, print, tell } from "../terminal.ts";
import { planDemo } from "./demo-state.ts";
import { loadDemoShop } from "./load-demo-shop.ts";
import { planTour, type Stop } from "./tour.ts";
import { untilStopped } from "./until-stopped.ts";
import { watchWorkspace } from "./watch-workspace.ts";

export type StartOptions = {
	readonly port: number;
	readonly data: string;
	readonly workspace: string;
	readonly empty?: boolean;
	readonly json?: boolean;
};

/** Runs Tutti until somebody stops it. */
export async function run(options: StartOptions): Promise<void> {
	const say = options.json ? () => {} : print;
	const demo = planDemo(options.data, new Date());
	const tutti = await open(options);
	const stopped = untilStopped();
	say(
		`Tutti runs at ${tutti.url}, keeps its data in ${options.data} and takes its definitions from ${options.workspace}.`,
	);
	try {
		await Promise.race([stopped, serve(tutti, options, demo)]);
		await stopped;
		say("\nStopping.");
	} finally {
		await tutti.close();
	}
	// whatever still waits for an answer of the server waits in vain
	process.exit();
}

async function open({ port, data, workspace }: StartOptions): Promise<Tutti> {
	const adminToken = process.env.TUTTI_ADMIN_TOKEN;
	const given = adminToken ? { adminToken } : {};
	try {
		return await startTutti({ port, dataFolder: data, workspaceFolder: workspace, env: process.env, ...given });
	} catch (error) {
		if (error instanceof CannotListen || error instanceof DataFolderUnusable) throw new Failure(error.message);
		throw error;
	}
}

/** Everything between "it listens" and "it waits for Ctrl+C". */
async function serve(tutti: Tutti, options: StartOptions, demo: ReturnType<typeof planDemo>): Promise<void> {
	const api = apiAt(tutti.url, tutti.adminToken);
	if (demo.load && !options.empty) {
		await loadDemoShop({ plan: demo, tutti, say: options.json ? () => {} : print });
	}
	const stops = await planTour({ api, token: tutti.adminToken, options: whereabouts(tutti, options) });
	if (options.json)
		print(JSON.stringify({ url: tutti.url, adminToken: tutti.adminToken, dataFolder: options.data, commands: stops }));
	else print(drawReady(tutti, options, stops));
	watchWorkspace(options.workspace, api, {
		onApplied: (plan) => tell(`\n${options.workspace} has changed. ${drawPlan(plan)}`),
		onProblem: (error) =>
			tell(
				`\n${options.workspace} has changed, but what was in force stays:\n${error instanceof Error ? error.message : String(error)}`,
			),
	});
}

/** What `npx tutti …` must be told to find this server. */
function whereabouts({ url }: Tutti, { data }: StartOptions): string {
	return `${url === DEFAULT_URL ? "" : ` --url ${url}`}${data === DEFAULT_DATA ? "" : ` --data ${data}`}`;
}

function drawReady({ url, adminToken }: Tutti, { data }: StartOptions, stops: readonly Stop[]): string {
	const { bold, dim, cyan } = colours;
	return [
		"",
		bold("Ready.") + dim(" Ctrl+C stops it; nothing is lost."),
		`  collector    ${url}/v1/batch   ${dim("SDKs, curl; write keys: see your workspace's sources")}`,
		`  admin API    ${url}/v1/profiles/…   ${dim("and segments, definitions, deliveries, quarantine, events, trace, query")}`,
		`  admin token  ${adminToken}   ${dim(`(also in ${data}/admin-token)`)}`,
		`  log          ${data}/tutti.log`,
		"",
		bold("Try, in another terminal:"),
		...stops.flatMap(({ command, shows }) => ["", `  ${cyan(command)}`, `    ${dim(`→ ${shows}`)}`]),
	].join("\n");
}
