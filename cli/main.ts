import { Command, CommanderError } from "commander";
import { apply, plan } from "./commands/definitions.ts";
import { identity } from "./commands/identity.ts";
import { importCommand } from "./commands/import.ts";
import { list } from "./commands/list.ts";
import { profile } from "./commands/profile.ts";
import { query } from "./commands/query.ts";
import { segment } from "./commands/segment.ts";
import { start } from "./commands/start.ts";
import { tail } from "./commands/tail.ts";
import { trace } from "./commands/trace.ts";
import { Failure } from "./failure.ts";
import { plain, tell } from "./terminal.ts";

const EXIT_CODES = `
Exit codes:
  0  it was done
  1  it could not be done; one line on stderr says why
  2  the command line was not understood`;

/** The whole command line. */
function program(): Command {
	const tutti = new Command("tutti")
		.description("Tutti: a customer data platform, on this machine or in your AWS account.")
		.version("0.1.0")
		.addHelpText("after", EXIT_CODES)
		.showHelpAfterError("(--help says more)")
		.exitOverride();
	const asking = [query(), profile(), tail(), trace(), identity(), segment(), list()];
	for (const command of [start(), plan(), apply(), ...asking, importCommand()]) tutti.addCommand(explained(command));
	return tutti;
}

/** A command, and those below it, with what all have in common. */
function explained(command: Command): Command {
	for (const below of command.commands) explained(below);
	return command.addHelpText("after", EXIT_CODES).showHelpAfterError("(--help says more)").exitOverride();
}

/** Runs one command line and answers its exit code. */
async function run(args: readonly string[]): Promise<number> {
	try {
		await program().parseAsync(args, { from: "user" });
		return 0;
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		tell(`tutti: ${explain(error)}`);
		return 1;
	}
}

function explain(error: unknown): string {
	if (error instanceof Failure) return error.message;
	return `something unforeseen: ${plain(error instanceof Error ? (error.stack ?? error.message) : String(error))}`;
}

/** Whoever reads us has seen enough (`tutti query … | head`): that is no failure, and there is nobody to tell. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code !== "EPIPE") throw error;
	process.exit(0);
});

const code = await run(process.argv.slice(2));
// A success may still be printing, or be meant to go on; a failure is over, whatever it left open.
if (code === 0) process.exitCode = 0;
else process.exit(code);
