import type { Charge, Touched } from "./metered-item-store.ts";

/** What a number of calls cost together. */
export type Sum = {
	readonly writeUnits: number;
	readonly readUnits: number;
	/** Calls that write, transactions among them. */
	readonly writes: number;
	readonly transactions: number;
	/** Items of the largest transaction, checks too; 0 when there was none. */
	readonly largestTransaction: number;
	readonly refused: number;
	/** Write units of each kind of item, by the letter its partition key begins with (`adapters/items/keys.ts`). */
	readonly writeUnitsOf: { readonly [letter: string]: number };
};

/** Keeps what a metered store bills: give `add` to `meteredItemStore`. */
export type Bill = { add(charge: Charge): void; charges(): readonly Charge[]; sum(): Sum; clear(): void };

export function openBill(): Bill {
	const charges: Charge[] = [];
	return {
		add: (charge) => void charges.push(charge),
		charges: () => charges,
		sum: () => sumOf(charges),
		clear: () => void charges.splice(0),
	};
}

function sumOf(charges: readonly Charge[]): Sum {
	const transactions = charges.filter(({ call }) => call === "transact");
	const writes = charges.filter(({ writeUnits }) => writeUnits > 0);
	return {
		writeUnits: writes.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
		readUnits: charges.reduce((sum, { readUnits }) => sum + readUnits, 0),
		writes: writes.length,
		transactions: transactions.length,
		largestTransaction: Math.max(0, ...transactions.map(({ items }) => items.length)),
		refused: charges.filter(({ refused }) => refused).length,
		writeUnitsOf: byKind(writes),
	};
}

/** The units of a call, dealt out to its items by what each would cost alone. */
function byKind(writes: readonly Charge[]): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const { items, writeUnits } of writes) {
		const once = items.reduce((sum, item) => sum + unitsOf(item), 0);
		for (const item of items) {
			const kind = kindOf(item);
			sums[kind] = (sums[kind] ?? 0) + (unitsOf(item) * writeUnits) / once;
		}
	}
	return sums;
}

const unitsOf = ({ bytes }: Touched): number => Math.max(1, Math.ceil(bytes / 1024));

/** What stands before the first `#` of a partition key. */
const kindOf = ({ pk }: Touched): string => pk.split("#", 1)[0] ?? pk;
