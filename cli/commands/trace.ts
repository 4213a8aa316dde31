import { Command } from "commander";
import { type TraceAnswer, traceAnswer } from "#contracts/http/admin-trace.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { colours, show, table } from "../terminal.ts";

/** `tutti trace <messageId>`: where did this event go. */
export const trace = () =>
	withApi(new Command("trace"))
		.description("show every step that one event took: collected, archived, processed, segments, deliveries")
		.argument("<messageId>", "the messageId that the sender gave, or the collector")
		.action(async (messageId: string, options: ApiOptions) => {
			const answer = await apiOf(options).get(`/v1/trace/${encodeURIComponent(messageId)}`, traceAnswer);
			show(answer, options, draw);
		});

function draw({ steps }: TraceAnswer): string {
	const rows = steps.map(({ step, done, at, detail, links }) => [
		step,
		done ? "yes" : "no",
		at,
		[detail, ...links.map(({ kind, id }) => `${kind} ${id}`)].filter(Boolean).join("; "),
	]);
	return `${table(["step", "done", "when", "what"], rows)}\n${colours.dim("`tutti profile profile:<id>` shows a profile")}`;
}
