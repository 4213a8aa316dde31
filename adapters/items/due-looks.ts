import type { ProfileId } from "#domain/model/identifier.ts";
import type { DueLook, DueLooks, TickProgress } from "#domain/segment/ports.ts";
import type { Item, ItemStore, Written } from "./item-store.ts";
import { keys, SEGMENT_SHARDS } from "./keys.ts";
import { versionedItem } from "./versioned-item.ts";

type Deps = { readonly items: ItemStore; readonly now: () => Date };

const HOUR_MS = 60 * 60 * 1000;
const LIMIT = 1000;

/**
 * Due looks over the item store: a row for each look in the partition of its hour and shard, in the order of time. A row never changes but when
 * the same look is planned anew: then it says so (`plannedAt`), and whoever took the older one does not remove it.
 */
export function itemDueLooks({ items, now }: Deps): DueLooks {
	const progress = versionedItem<TickProgress>(items, keys.tick());
	const taken: DueLooks["taken"] = async ({ profileId, at, plannedAt }) => {
		await items.delete(keyOf(profileId, at), { equals: { plannedAt } });
	};
	return {
		inHour: (hour, dueBy) => looksIn(items, hour, dueBy),
		taken,

		async putOff(look, at) {
			await items.put(rowOf({ ...look, at, tries: look.tries + 1, plannedAt: now().getTime() }));
			await taken(look);
		},

		progress: progress.read,
		saveProgress: progress.save,
	};
}

/** The row of a look first, and then that it is the profile's next one: see `Memberships.planLook`. */
export async function planLook({ items, now }: Deps, profileId: ProfileId, at: number): Promise<Written> {
	await items.put(rowOf({ profileId, at, tries: 0, plannedAt: now().getTime() }));
	return items.put({ ...keys.nextLook(profileId), at });
}

/** The first pages of all shards at once: mostly there is nothing more. */
async function* looksIn(items: ItemStore, hour: number, dueBy: number): AsyncGenerator<DueLook> {
	const partitions = SEGMENT_SHARDS.map((shard) => keys.due(shard, hour * HOUR_MS).pk);
	const to = keys.due("~", dueBy).sk; // after every id
	const first = await Promise.all(
		partitions.map(async (pk) => ({ pk, page: await items.query({ pk, to, limit: LIMIT }) })),
	);
	for (let { pk, page } of first) {
		yield* page.items.map(lookOf);
		while (page.cursor !== undefined) {
			page = await items.query({ pk, to, limit: LIMIT, cursor: page.cursor });
			yield* page.items.map(lookOf);
		}
	}
}

const keyOf = (profileId: ProfileId, at: number) => keys.due(profileId, at);

const rowOf = ({ profileId, at, tries, plannedAt }: DueLook): Item => ({
	...keyOf(profileId, at),
	plannedAt,
	...(tries > 0 && { tries }),
});

/** A look as it was written by `rowOf`. */
function lookOf({ sk, plannedAt, tries }: Item): DueLook {
	const [at, profileId = ""] = sk.split("#");
	return { profileId: profileId as ProfileId, at: Number(at), tries: Number(tries ?? 0), plannedAt: Number(plannedAt) };
}
