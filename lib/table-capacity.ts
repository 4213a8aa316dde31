import type { Node } from "constructs";

type Range = { readonly least: number; readonly most: number };
/** Units a second that are always there, and up to how many they grow with what is used. */
export type TableCapacity = { readonly reads: Range; readonly writes: Range };

/** Of what stands ready so much is used before more is made ready; the rest is for what comes all at once. */
export const USED_PERCENT = 70;

/**
 * Reads `-c provisioned=reads:20-2000,writes:100-4000`. Without it the table is billed by the request, which costs nothing where nothing
 * happens and takes every sudden load. Provisioned capacity costs 42 % of that where the load is steady: from some 300 million events a month
 * on (docs/how-to/what-it-costs.md). What comes too suddenly waits in the queue of the pass. Throws when it is not said like this.
 */
export function tableCapacityFrom(node: Node): TableCapacity | undefined {
	const said: unknown = node.tryGetContext("provisioned");
	if (said === undefined) return undefined;
	const [, ...found] = /^reads:(\d+)-(\d+),writes:(\d+)-(\d+)$/.exec(String(said)) ?? [];
	const [leastReads = 0, mostReads = 0, leastWrites = 0, mostWrites = 0] = found.map(Number);
	const isRange = leastReads > 0 && leastReads <= mostReads && leastWrites > 0 && leastWrites <= mostWrites;
	if (!isRange) throw new Error(`-c provisioned=${said}: say it like reads:20-2000,writes:100-4000`);
	return { reads: { least: leastReads, most: mostReads }, writes: { least: leastWrites, most: mostWrites } };
}
