import type { Sweep } from "#domain/unify/plan-sweep.ts";
import type { Sweeps } from "#domain/unify/sweep-identities.ts";
import type { ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";
import { versionedItem } from "./versioned-item.ts";

/** Sweeps over the item store: one item, which the next sweep takes over. */
export function itemSweeps({ items }: { readonly items: ItemStore }): Sweeps {
	const { read, save } = versionedItem<Sweep>(items, keys.sweep());
	return { last: read, save };
}
