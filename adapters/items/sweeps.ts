import type { Sweep } from "#domain/unify/plan-sweep.ts";
import type { Sweeps } from "#domain/unify/sweep-identities.ts";
import type { ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** Sweeps over the item store: one item, which the next sweep takes over. */
export function itemSweeps({ items }: { readonly items: ItemStore }): Sweeps {
	return {
		async last() {
			const item = await items.get(keys.sweep());
			if (!item) return undefined;
			const { pk: _, sk: __, ...sweep } = item;
			return sweep as unknown as Sweep; // as `save` wrote it
		},

		async save(sweep) {
			const condition = sweep.version === 1 ? { absent: true as const } : { equals: { version: sweep.version - 1 } };
			const { kind } = await items.put({ ...keys.sweep(), ...sweep }, condition);
			return kind === "written" ? "saved" : "refused";
		},
	};
}
