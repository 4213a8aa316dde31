import { expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { windowAt } from "#domain/collect/share-rate.ts";

let sources = 0;

/** What processes that share a source's rate need of any item store. Each test has a source of its own. */
export function sharedRatesContract(store: () => ItemStore): void {
	const window = windowAt(Date.now());
	const aSource = () => `source-${Date.now()}-${sources++}`;
	const open = () => itemSharedRates({ items: store() });

	it("adds up what was told, and answers it", async () => {
		const [rates, source] = [open(), aSource()];
		expect(await rates.tell(source, { window, requests: 3 })).toEqual({ before: 0, now: 3 });
		expect(await rates.tell(source, { window, requests: 4 })).toEqual({ before: 0, now: 7 });
	});

	it("loses nothing of what many tell at once", async () => {
		const [rates, source] = [open(), aSource()];
		const told = await Promise.all(Array.from({ length: 20 }, () => rates.tell(source, { window, requests: 2 })));
		expect(Math.max(...told.map(({ now }) => now))).toBe(40);
	});

	it("answers the window before as well, and none earlier", async () => {
		const [rates, source] = [open(), aSource()];
		await rates.tell(source, { window, requests: 5 });
		expect(await rates.tell(source, { window: window + 1, requests: 1 })).toEqual({ before: 5, now: 1 });
		expect(await rates.tell(source, { window: window + 3, requests: 1 })).toEqual({ before: 0, now: 1 });
	});

	it("keeps sources apart", async () => {
		const rates = open();
		const [one, other] = [aSource(), aSource()];
		await rates.tell(one, { window, requests: 5 });
		expect(await rates.tell(other, { window, requests: 1 })).toEqual({ before: 0, now: 1 });
	});
}
