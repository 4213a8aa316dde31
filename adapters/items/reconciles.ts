import type { JsonObject } from "#domain/model/json.ts";
import type { ReconcileRun, Reconciles } from "#domain/segment/ports.ts";
import type { ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** Comparisons with the archive over the item store: one item for the run, one for who asked for the next. */
export const itemReconciles = ({ items }: { readonly items: ItemStore }): Reconciles => ({
	async run() {
		const item = await items.get(keys.reconcile());
		if (!item) return undefined;
		const { pk: _, sk: __, ...run } = item;
		return run as unknown as ReconcileRun; // as `saveRun` wrote it
	},

	async saveRun(run) {
		const condition = run.version === 1 ? { absent: true as const } : { equals: { version: run.version - 1 } };
		const { kind } = await items.put({ ...keys.reconcile(), ...(run as unknown as JsonObject) }, condition);
		return kind === "written" ? "saved" : "refused";
	},

	async ask(at) {
		await items.put({ ...keys.reconcileAsked(), at });
	},

	async askedAt() {
		const item = await items.get(keys.reconcileAsked());
		return item?.at as string | undefined; // as `ask` wrote it
	},
});
