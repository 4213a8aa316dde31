/** A part of all people: from the seed id `from` (inclusive) or `after` (exclusive) up to, not including, `before`. */
export type Slice = { readonly from?: string; readonly after?: string; readonly before?: string };

/** Seed ids begin with hash bits, so their first four hex digits cut people into parts of equal size. */
const CUTS = 0x10000;

/** Part `index` of `slices` (1 to 65,536). The first and the last have no outer bound: nobody is left out. */
export function peopleSlice(index: number, slices: number): Slice {
	const cut = (at: number): string =>
		Math.floor((at * CUTS) / slices)
			.toString(16)
			.padStart(4, "0");
	return {
		...(index > 0 && { from: cut(index) }),
		...(index < slices - 1 && { before: cut(index + 1) }),
	};
}

/** The SQL condition that a row's `seed_id` is in a slice. */
export const inSlice = ({ from, after, before }: Slice): string =>
	[
		"seed_id IS NOT NULL",
		...(from === undefined ? [] : [`seed_id >= ${text(from)}`]),
		...(after === undefined ? [] : [`seed_id > ${text(after)}`]),
		...(before === undefined ? [] : [`seed_id < ${text(before)}`]),
	].join(" AND ");

const text = (seedId: string): string => `'${seedId.replaceAll("'", "''")}'`;
