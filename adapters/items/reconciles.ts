import type { ReconcileRun, Reconciles } from "#domain/segment/ports.ts";
import type { ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";
import { versionedItem } from "./versioned-item.ts";

/** Comparisons with the archive over the item store: one item for the run, one for who asked for the next. */
export function itemReconciles({ items }: { readonly items: ItemStore }): Reconciles {
	const { read, save } = versionedItem<ReconcileRun>(items, keys.reconcile());
	return {
		run: read,
		saveRun: save,

		async ask(at) {
			await items.put({ ...keys.reconcileAsked(), at });
		},

		async askedAt() {
			const item = await items.get(keys.reconcileAsked());
			return item?.at as string | undefined; // as `ask` wrote it
		},
	};
}
