import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Held, Member, Memberships } from "#domain/segment/ports.ts";
import { planLook } from "./due-looks.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys, SEGMENT_SHARDS } from "./keys.ts";
import { outboxWrite } from "./outbox.ts";
import { queryShards } from "./shards.ts";

const DETAIL_TYPES = { entered: "SegmentEntered", exited: "SegmentExited" } as const;

/**
 * Memberships over the item store: the row beside the profile, the member in its segment's list, and the news in the
 * outbox, in one transaction whose condition is the row's version. A transition is three writes, six units; there are few.
 */
export function itemMemberships({ items, now }: { items: ItemStore; now: () => Date }): Memberships {
	const held = (profileId: ProfileId) => readHeld(items, profileId);
	return {
		held,
		of: async (profileId) => (await held(profileId)).rows,

		async planLook(profileId, at) {
			await planLook({ items, now }, profileId, at);
		},

		async change(next, news) {
			const told = news ? [newsWrite(next, news, now())] : [];
			return (await items.transact([rowWrite(next), listingWrite(next), ...told])).kind;
		},

		async membersOf(segmentId, { limit = 100, cursor } = {}) {
			const pkOf = (shard: string) => keys.segmentMember(segmentId, shard).pk;
			const found = await queryShards(items, pkOf, { limit, ...(cursor !== undefined && { cursor }) });
			return { members: found.items.map(memberOf), ...(found.cursor !== undefined && { cursor: found.cursor }) };
		},

		async size(segmentId) {
			const counts = await Promise.all(
				SEGMENT_SHARDS.map(async (shard) => {
					let count = 0;
					const { pk } = keys.segmentMember(segmentId, shard);
					for await (const _ of everyItem(items, { pk })) count++;
					return count;
				}),
			);
			return counts.reduce((sum, count) => sum + count, 0);
		},
	};
}

async function readHeld(items: ItemStore, profileId: ProfileId): Promise<Held> {
	const { pk, sk } = keys.membership(profileId, "");
	const next = keys.nextLook(profileId).sk;
	const rows: Membership[] = [];
	let nextLookAt: number | undefined;
	for await (const item of everyItem(items, { pk, prefix: sk })) {
		if (item.sk === next) nextLookAt = Number(item.at);
		else rows.push(membershipOf(profileId, item));
	}
	return { rows, ...(nextLookAt !== undefined && { nextLookAt }) };
}

function rowWrite({ profileId, segmentId, cause, ...row }: Membership): Write {
	const condition = row.version === 1 ? { absent: true as const } : { equals: { version: row.version - 1 } };
	return { kind: "put", item: { ...keys.membership(profileId, segmentId), ...row, cause: { ...cause } }, condition };
}

function listingWrite({ segmentId, profileId, state, at, version }: Membership): Write {
	const key = keys.segmentMember(segmentId, profileId);
	return state === "entered" ? { kind: "put", item: { ...key, enteredAt: at, version } } : { kind: "delete", key };
}

/** Named by the transition, so that one that is written again cannot be told twice. */
const newsWrite = ({ state }: Membership, news: SegmentChanged, now: Date): Write =>
	outboxWrite(
		news.transitionId,
		{ source: CATALOGUE[DETAIL_TYPES[state]], detailType: DETAIL_TYPES[state], detail: news },
		now,
	);

/** A row as it was written by `rowWrite`. */
function membershipOf(profileId: ProfileId, { sk, ...row }: Item): Membership {
	const { state, version, at, segmentVersion, cause } = row as unknown as Omit<Membership, "segmentId">;
	const segmentId = sk.slice("SEG#".length);
	return { profileId, segmentId, state, version, at, segmentVersion, cause };
}

/** A member as it was written by `listingWrite`. */
const memberOf = ({ sk, ...listing }: Item): Member => {
	const { enteredAt, version } = listing as unknown as Omit<Member, "profileId">;
	return { profileId: sk as ProfileId, enteredAt, version };
};
