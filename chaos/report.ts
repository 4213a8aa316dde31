import Table from "cli-table3";
import pc from "picocolors";
import { timesOf } from "./check/faults.ts";
import type { Finding } from "./check/finding.ts";
import { FAULTS, type Fault, type Tally } from "./faults.ts";

const PLAIN = { head: [], border: [] };
/** How many things that are wrong are shown of one check. */
const SHOWN = 5;

/** What went wrong, how often, and where it hit. */
export function faultsTable(tallies: readonly Tally[]): string {
	const table = new Table({
		head: ["what went wrong", "times", "where it hit most"],
		style: PLAIN,
		colWidths: [66, 8, 46],
		wordWrap: true,
	});
	for (const [fault, words] of Object.entries(FAULTS) as [Fault, string][]) {
		const places = new Map<string, number>();
		for (const tally of tallies) {
			for (const [place, times] of tally.get(fault) ?? []) places.set(place, (places.get(place) ?? 0) + times);
		}
		const most = [...places].sort(([, x], [, y]) => y - x).slice(0, 3);
		table.push([words, timesOf(tallies, fault), most.map(([place, times]) => `${place} ${times}`).join(", ")]);
	}
	return table.toString();
}

/** What was checked, how many things were looked at, and what of it is wrong. */
export function checksTable(findings: readonly Finding[]): string {
	const table = new Table({ head: ["what was checked", "looked at", "wrong"], style: PLAIN });
	for (const [check, all] of Map.groupBy(findings, (one) => one.check)) {
		const looked = all.reduce((sum, one) => sum + one.looked, 0);
		const wrong = all.flatMap((one) => one.wrong);
		const mark = wrong.length === 0 ? pc.green("✓") : pc.red("✗");
		table.push([`${mark} ${check}`, looked, wrong.length === 0 ? "" : pc.red(String(wrong.length))]);
	}
	return table.toString();
}

/** The first of all that is wrong, a line each. */
export const wrongLines = (findings: readonly Finding[]): string[] =>
	findings.flatMap(({ check, wrong }) => wrong.slice(0, SHOWN).map((words) => `${check}: ${words}`));

/** Answers and events, by what they were. */
export function countsLine(what: string, counts: ReadonlyMap<string, number>): string {
	const sorted = [...counts].sort(([x], [y]) => (x < y ? -1 : 1));
	return `${what}: ${sorted.map(([name, times]) => `${name} × ${times}`).join(", ") || "none"}`;
}

/** Adds up counts of several stories. */
export function added(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
	const sum = new Map<string, number>();
	for (const counts of all) for (const [name, times] of counts) sum.set(name, (sum.get(name) ?? 0) + times);
	return sum;
}
