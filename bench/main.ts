import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { BUDGETS } from "./cold-start/budgets.ts";
import { benchColdStart } from "./cold-start.ts";
import { benchCollector } from "./collector.ts";
import { benchIdentityCost } from "./identity-cost.ts";
import { pipelineTable } from "./pipeline/table.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchChanged } from "./segments/changed.ts";
import { benchPredicate } from "./segments/predicate.ts";
import { benchSegmentsSql } from "./segments/sql.ts";
import { benchTick } from "./segments/tick.ts";
import { benchUnitsBySize, largestDifference } from "./units-by-size.ts";

/**
 * `npm run bench`: what Tutti costs beside peers that do the same work, and what the whole local pipeline carries. Ratios are
 * what counts: absolute figures are this machine's, today. `-- --events 1000000` loads more; `-- --only collector` does less.
 */
const { values } = parseArgs({ options: { events: { type: "string", default: "100000" }, only: { type: "string" } } });
const wants = (part: string) => values.only === undefined || values.only === part;

const collector = wants("collector") ? [await benchCollector(1), await benchCollector(20)] : [];
if (collector.length > 0) print(collectorTable());
const identityCost = wants("identity-cost") ? await benchIdentityCost() : [];
if (identityCost.length > 0) print(identityTable());
const unitsBySize = wants("units-by-size") ? await benchUnitsBySize() : [];
if (unitsBySize.length > 0) print(unitsBySizeTable());
const predicate = wants("segments-predicate") ? await benchPredicate() : [];
if (predicate.length > 0) print(predicateTable());
const changed = wants("segments-predicate") ? await benchChanged() : undefined;
if (changed) print(changedTable(changed));
const tick = wants("segments-tick") ? await benchTick() : undefined;
if (tick) print(tickTable(tick));
const segmentsSql = wants("segments-sql") ? await benchSegmentsSql() : undefined;
if (segmentsSql) print(segmentsSqlTable(segmentsSql));
const coldStart = wants("cold-start") ? await benchColdStart() : [];
if (coldStart.length > 0) print(coldStartTable());
const pipeline = wants("pipeline") ? await benchPipeline(Number(values.events)) : undefined;
if (pipeline) print(pipelineTable(pipeline));
writeReport();

function collectorTable() {
	const table = new Table({ head: ["collector, CPU", "µs an event", "Tutti is"], style: { head: [], border: [] } });
	for (const { eventsPerRequest, microsPerEvent, ratios } of collector) {
		for (const [name, micros] of Object.entries(microsPerEvent)) {
			const ratio = ratios[name];
			table.push([
				`${name}, ${eventsPerRequest} a request`,
				micros.toFixed(1),
				ratio ? `${ratio.toFixed(2)} × that` : "",
			]);
		}
	}
	return table;
}

function coldStartTable() {
	const head = ["cold start", "bundle", "of", "import over an empty module", "of", "times the SDK's"];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { entry, bytes, milliseconds, timesSdk } of coldStart) {
		const budget = BUDGETS[entry];
		table.push([
			entry,
			`${Math.round(bytes / 1000)} KB`,
			budget ? `${budget.kilobytes} KB` : "",
			`${milliseconds.toFixed(0)} ms`,
			budget ? `${budget.milliseconds} ms` : "",
			timesSdk.toFixed(2),
		]);
	}
	return table;
}

function identityTable() {
	const head = [
		"DynamoDB, in request units",
		"events",
		"WRU an event",
		"RRU an event",
		"largest transaction",
		"hot item p50/p99/max",
	];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { name, events, writeUnits, readUnits, largestTransaction, hotItemBytes: hot } of identityCost) {
		const each = (units: number) => (units / events).toFixed(units < events ? 3 : 2);
		const items = largestTransaction === 0 ? "none" : `${largestTransaction} items`;
		table.push([
			name,
			events,
			each(writeUnits),
			each(readUnits),
			items,
			hot.p99 ? `${hot.p50}/${hot.p99}/${hot.max} bytes` : "none",
		]);
	}
	return table;
}

function unitsBySizeTable() {
	const head = ["people known", "items of the table", "WRU an event", "RRU an event"];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { people, items, writeUnits, readUnits } of unitsBySize) {
		table.push([people.toLocaleString("en"), items.toLocaleString("en"), writeUnits.toFixed(4), readUnits.toFixed(4)]);
	}
	table.push(["largest difference", "", "", `${(100 * largestDifference(unitsBySize)).toFixed(2)} %`]);
	return table;
}

function predicateTable() {
	const head = ["segment", "asked by", "ns an answer", "times Tutti's", "ns, profiles from memory"];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { segment, people, members, nanos, nanosFromMemory } of predicate) {
		for (const [name, each] of Object.entries(nanos)) {
			const ratio = each / (nanos.Tutti ?? Number.NaN);
			const fromMemory = nanosFromMemory[name]?.toFixed(0) ?? "not measured";
			table.push([
				`${segment}: ${members} of ${people}`,
				name,
				each.toFixed(0),
				name === "Tutti" ? "" : ratio.toFixed(1),
				fromMemory,
			]);
		}
	}
	return table;
}

function changedTable(figures: NonNullable<typeof changed>) {
	const table = new Table({ head: [`${figures.segments} segments`, "measured"], style: { head: [], border: [] } });
	table.push(
		["measures kept for all of them", figures.measures],
		["made ready, CPU", `${figures.compileMillis.toFixed(1)} ms`],
		[`${figures.people} people judged, CPU`, `${figures.everybodyMillis.toFixed(0)} ms`],
		["the 1 % that changed judged", `${(100 * figures.changedShare).toFixed(2)} % of that`],
	);
	return table;
}

function tickTable(figures: NonNullable<typeof tick>) {
	const table = new Table({ head: ["somebody whose time has come", "measured"], style: { head: [], border: [] } });
	table.push(
		["looked at, and left", `${figures.looked} people`],
		["CPU of ours each", `${figures.cpuMicros.toFixed(0)} µs`],
		["calls of the table each", figures.calls.toFixed(1)],
		["RRU and WRU each", `${figures.readUnits.toFixed(1)} and ${figures.writeUnits.toFixed(1)}`],
	);
	return table;
}

function segmentsSqlTable(figures: NonNullable<typeof segmentsSql>) {
	const table = new Table({ head: ["100 segments by SQL", "measured"], style: { head: [], border: [] } });
	table.push(
		["people", String(figures.people)],
		["memberships, the same by both queries", String(figures.memberships)],
		["generated query, CPU", `${figures.generatedCpuSeconds.toFixed(1)} s`],
		["written by hand, CPU", `${figures.handWrittenCpuSeconds.toFixed(1)} s`],
		["generated is", `${figures.ratio.toFixed(2)} × that`],
		["to draw a sample for previews", `${figures.drawSeconds.toFixed(1)} s`],
		["a preview among it, beside 100 segments", `${figures.previewSeconds.toFixed(2)} s`],
	);
	return table;
}

function writeReport() {
	const folder = "bench/results";
	mkdirSync(folder, { recursive: true });
	const at = new Date().toISOString();
	const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
	const file = `${folder}/${at.replaceAll(":", "-")}.json`;
	writeFileSync(
		file,
		`${JSON.stringify({ at, machine, collector, identityCost, unitsBySize, predicate, changed, tick, segmentsSql, coldStart, pipeline }, null, "\t")}\n`,
	);
	console.log(`written to ${file}`);
}

function print(table: Table.Table) {
	console.log(String(table));
}
