import { statSync } from "node:fs";
import { Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { type Imported, importFile, type RejectedLine } from "../import/import-file.ts";
import { DEFAULT_URL } from "../options.ts";
import { progressBar } from "../progress.ts";
import { count, plain, show, tell } from "../terminal.ts";

type ImportOptions = { readonly url: string; readonly writeKey: string; readonly json?: boolean };

const LINES_TOLD = 20;

/** `tutti import <file.ndjson>`: history from elsewhere into profiles, segments and archive. */
export const importCommand = () =>
	new Command("import")
		.description("send a file of events, one JSON object a line, as history: it fills profiles, nothing is delivered")
		.argument("<file>", "NDJSON in the shape of the Segment spec; safe to run again")
		.addOption(new Option("--url <url>", "where Tutti answers").env("TUTTI_URL").default(DEFAULT_URL))
		.addOption(
			new Option("--write-key <key>", "key of the source that the events count as (the demo's server when not given)")
				.env("TUTTI_WRITE_KEY")
				.default("sk_demo_server", "sk_demo_server"),
		)
		.option("--json", "answer in JSON, for programs")
		.addHelpText(
			"after",
			"\nA line without a messageId gets one made of its content, so the same line always counts once.",
		)
		.action(async (file: string, options: ImportOptions) => {
			const bar = progressBar("importing", statSync(file, { throwIfNoEntry: false })?.size ?? 0, "bytes");
			const imported = await importFile(file, options, { progress: bar.to }).finally(bar.end);
			show(imported, options, draw);
			if (imported.rejected.length === 0) return;
			if (!options.json) tellRejected(imported.rejected);
			throw new Failure(
				`${file} has ${count(imported.rejected.length, "line")} that cannot be accepted; the others are in`,
			);
		});

const draw = ({ accepted, rejected }: Imported) => `${count(accepted, "event")} accepted, ${rejected.length} rejected`;

function tellRejected(rejected: readonly RejectedLine[]): void {
	for (const { line, code, reason } of rejected.slice(0, LINES_TOLD)) tell(`line ${line}: ${code}: ${plain(reason)}`);
	if (rejected.length > LINES_TOLD) tell(`… and ${rejected.length - LINES_TOLD} more: --json tells all`);
}
