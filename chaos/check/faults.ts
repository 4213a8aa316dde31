import { FAULTS, type Fault, type Tally } from "../faults.ts";
import { type Finding, finding } from "./finding.ts";

/** A run in which nothing of a kind went wrong proves nothing about it. */
export function checkFaults(
	tallies: readonly Tally[],
	wanted: readonly Fault[] = Object.keys(FAULTS) as Fault[],
): Finding {
	return finding("every kind of fault happened", wanted, (fault) =>
		timesOf(tallies, fault) > 0 ? undefined : `${fault} never happened`,
	);
}

/** How often a fault happened, in all stories together. */
export const timesOf = (tallies: readonly Tally[], fault: Fault): number =>
	tallies.flatMap((tally) => [...(tally.get(fault)?.values() ?? [])]).reduce((all, times) => all + times, 0);
