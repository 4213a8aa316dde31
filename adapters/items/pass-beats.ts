import type { PassBeat, PassBeats } from "#domain/segment/ports.ts";
import type { ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** The beats of the pass over the item store: one item, which the next beat takes over, whoever's it is. */
export const itemPassBeats = ({ items }: { readonly items: ItemStore }): PassBeats => ({
	async beat(beat) {
		await items.put({ ...keys.passBeat(), ...beat });
	},
	async last() {
		const item = await items.get(keys.passBeat());
		if (!item) return undefined;
		const { at, lagSeconds } = item as unknown as PassBeat; // as `beat` wrote it
		return { at, lagSeconds };
	},
});
