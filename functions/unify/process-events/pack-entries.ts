import { CATALOGUE, type DetailType } from "#contracts/bus/catalogue.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import type { InFlight } from "./work.ts";

/** The bus takes 256 KB an entry in every region; this leaves room for the envelope's own fields. */
const MAX_BYTES = 240_000;

/** What goes into an entry besides the version and where it came from: a list in `field`, and what stands beside it. */
type Packing<T> = {
	readonly list: "events" | "violations";
	readonly items: (one: T) => readonly object[];
	readonly beside?: (all: readonly T[]) => object;
};

/** Entries for the bus: one for each envelope the news came from, several only where one would be too large. */
export function packEntries<T extends InFlight>(
	detailType: DetailType,
	told: readonly T[],
	{ list, items, beside = () => ({}) }: Packing<T>,
): BusEntry[] {
	const byEnvelope = Map.groupBy(told, ({ message, batchId }) => `${message} ${batchId}`);
	return [...byEnvelope.values()].flatMap((all) =>
		chunks(all, items).map((chunk): BusEntry => {
			const [first] = chunk;
			return {
				source: CATALOGUE[detailType],
				detailType,
				detail: {
					version: 1,
					batchId: first.batchId,
					source: first.event.source,
					...beside(chunk),
					[list]: chunk.flatMap(items),
				},
			};
		}),
	);
}

/** As few groups as keep each below the limit, in order. */
function chunks<T>(all: readonly T[], items: Packing<T>["items"]): [T, ...T[]][] {
	const groups: [T, ...T[]][] = [];
	let left = 0;
	for (const one of all) {
		const bytes = Buffer.byteLength(JSON.stringify(items(one)));
		const group = groups.at(-1);
		if (group && bytes <= left) group.push(one);
		else groups.push([one]);
		left = (group && bytes <= left ? left : MAX_BYTES) - bytes;
	}
	return groups;
}
