import Table from "cli-table3";
import type { PipelineFigures, ServerFigures } from "../pipeline.ts";

/** The figures beside the yardstick's. */
export function pipelineTable(figures: PipelineFigures) {
	const { tutti, bare, times } = figures;
	const spread = ({ p50, p99 }: { p50: number; p99: number }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
	const head = ["local pipeline", "Tutti", "a server that only keeps events"];
	const table = new Table({ head, style: { head: [], border: [] } });
	const row = (what: string, show: (one: ServerFigures) => string, ratio = "") =>
		table.push([what, show(tutti) + ratio, show(bare)]);
	table.push(["start to ready", `${(figures.startedInMs / 1000).toFixed(2)} s`, ""]);
	row(
		`${figures.events} events in batches of 20, end to end`,
		({ eventsPerSecond }) => `${Math.round(eventsPerSecond)} events/s`,
		` (${times.time.toFixed(1)} times its time)`,
	);
	row(
		"CPU of the server an event",
		({ cpuMicrosPerEvent }) => `${Math.round(cpuMicrosPerEvent)} µs`,
		` (${times.cpu.toFixed(1)} times its CPU)`,
	);
	row("HTTP answer under that load", ({ loadedAnswerMs }) => spread(loadedAnswerMs));
	row("HTTP answer at 200 requests/s", ({ steadyAnswerMs }) => spread(steadyAnswerMs));
	table.push(
		["from the answer to the profile being readable", spread(figures.readableMs), ""],
		["resident memory at each tenth of the load", `${figures.memoryMb.join(" ")} MB`, ""],
		["highest resident memory, also while the whole archive was read", `${figures.peakMemoryMb} MB`, ""],
	);
	return table;
}
