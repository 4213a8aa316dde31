import { Command, Option } from "commander";
import { portNumber } from "../numbers.ts";
import { DEFAULT_DATA } from "../options.ts";
import type { StartOptions } from "../start/run.ts";

/** `tutti start`: Tutti on this machine, until Ctrl+C. */
export const start = () =>
	new Command("start")
		.description("run Tutti on this machine until Ctrl+C; into an empty data folder it loads a demo shop first")
		.addOption(
			new Option("--port <port>", "where to listen (127.0.0.1; 0 takes a free one)")
				.argParser(portNumber)
				.default(8787),
		)
		.option("--data <folder>", "where everything is kept; made when it is not there", DEFAULT_DATA)
		.option("--workspace <folder>", "your definitions; applied again whenever one of them changes", "workspace")
		.option("--empty", "load no demo shop")
		.option("--json", "say in JSON, in one line, when it is ready and how to reach it")
		.addHelpText(
			"after",
			"\nThe admin token is TUTTI_ADMIN_TOKEN when that is set; else it is made once and kept in the data folder.",
		)
		.action(async (options: StartOptions) => {
			// Only here: the server and all it stands on take longer to load than any other command to run.
			const { run } = await import("../start/run.ts");
			await run(options);
		});
