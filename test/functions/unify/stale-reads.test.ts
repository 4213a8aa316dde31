import { describe, expect, it } from "vitest";
import type { Item, ItemKey, ItemStore } from "#adapters/items/item-store.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anEnvelope, anEvent, anonymousId, userId } from "./pass.ts";
import { passOpener } from "./pass-opener.ts";

const open = passOpener();

const idOf = ({ pk, sk }: ItemKey) => `${pk} ${sk}`;

/** A store of which whatever may be stale is: an item as it was before the last write to it, and one that is new is not there. */
function lagging(items: ItemStore) {
	const before = new Map<string, Item | undefined>();
	const counts = { stale: 0, refused: 0 };
	async function remember<T extends { kind: string }>(keys: readonly ItemKey[], write: () => Promise<T>): Promise<T> {
		const olds = await Promise.all(keys.map((key) => items.get({ pk: key.pk, sk: key.sk })));
		const written = await write();
		if (written.kind === "refused") counts.refused++;
		else for (const [at, key] of keys.entries()) before.set(idOf(key), olds[at]);
		return written;
	}
	const store: ItemStore = {
		...items,
		async batchGet(keys, how) {
			const found = await items.batchGet(keys);
			if (!how?.mayBeStale) return found;
			return found.flatMap((item) => {
				if (!before.has(idOf(item))) return [item];
				counts.stale++;
				return before.get(idOf(item)) ?? [];
			});
		},
		put: (item, condition) => remember([item], () => items.put(item, condition)),
		update: (key, changes, condition) => remember([key], () => items.update(key, changes, condition)),
		transact: (writes) =>
			remember(
				writes.map((write) => (write.kind === "put" ? write.item : write.key)),
				() => items.transact(writes),
			),
	};
	return { store, counts };
}

const PEOPLE = ["ada", "bob", "eve"];
/** Visitors who come back on two devices, log in, and share one of them. */
function aStory(): CollectedEvent[] {
	const said: CollectedEvent[] = [];
	for (let round = 0; round < 6; round++) {
		for (const [n, person] of PEOPLE.entries()) {
			const device = `device-${(n + (round > 3 ? 1 : 0)) % PEOPLE.length}`;
			const messageId = `${round}-${person}`;
			said.push(anEvent({ messageId: `${messageId}-view`, anonymousId: device }));
			if (round % 2 === 1)
				said.push(
					anEvent({
						messageId,
						type: "identify",
						userId: person,
						anonymousId: device,
						traits: { email: `${person}@shop.example`, round },
					}),
				);
			else said.push(anEvent({ messageId, userId: person }));
		}
	}
	return said;
}

async function told(story: readonly CollectedEvent[], wrap: (items: ItemStore) => ItemStore) {
	const pass = open({ wrap });
	for (const event of story) expect(await pass.take(anEnvelope([event]))).toEqual([]);
	// all of it once more, as when nobody was told that it had been done
	for (const event of story) expect(await pass.take(anEnvelope([event]))).toEqual([]);
	const ids = [...PEOPLE.map(userId), ...PEOPLE.map((_, n) => anonymousId(`device-${n}`))];
	return Promise.all(ids.map((id) => pass.profile(id)));
}

describe("a pass whose reads lag behind", () => {
	it("ends with the same profiles as one whose reads do not, and pays for it with refused writes alone", async () => {
		const story = aStory();
		const exact = await told(story, (items) => items);
		let counts = { stale: 0, refused: 0 };
		const late = await told(story, (items) => {
			const behind = lagging(items);
			counts = behind.counts;
			return behind.store;
		});
		expect(late).toEqual(exact);
		expect(exact.map((profile) => profile?.eventCount).every((count) => (count ?? 0) > 0)).toBe(true);
		expect(counts.stale).toBeGreaterThan(30);
		expect(counts.refused).toBeGreaterThan(10);
	});
});
