import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Member, Memberships } from "#domain/segment/ports.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys, SEGMENT_SHARDS } from "./keys.ts";
import { outboxWrite } from "./outbox.ts";

const DETAIL_TYPES = { entered: "SegmentEntered", exited: "SegmentExited" } as const;

/**
 * Memberships over the item store: the row beside the profile, the member in its segment's list, and the news in the
 * outbox, in one transaction whose condition is the row's version. A transition is three writes, six units; there are few.
 */
export function itemMemberships({ items, now }: { items: ItemStore; now: () => Date }): Memberships {
	return {
		async of(profileId) {
			const { pk, sk } = keys.membership(profileId, "");
			const rows: Membership[] = [];
			for await (const item of everyItem(items, { pk, prefix: sk })) rows.push(membershipOf(profileId, item));
			return rows;
		},

		async change(next, news) {
			const told = news ? [newsWrite(next, news, now())] : [];
			return (await items.transact([rowWrite(next), listingWrite(next), ...told])).kind;
		},

		async membersOf(segmentId, { limit = 100, cursor } = {}) {
			const members: Member[] = [];
			for (const { shard, after } of shardsFrom(cursor)) {
				const { pk } = keys.segmentMember(segmentId, shard);
				const page = await items.query({ pk, limit: limit - members.length, ...(after !== "" && { cursor: after }) });
				members.push(...page.items.map(memberOf));
				const rest = page.cursor === undefined ? nextShard(shard) : `${shard}${page.cursor}`;
				if (rest === undefined) return { members };
				if (members.length >= limit) return { members, cursor: rest };
			}
			return { members };
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
	const { state, version, at, segmentVersion, cause, nextChangeAt } = row as unknown as Omit<Membership, "segmentId">;
	const segmentId = sk.slice("SEG#".length);
	return { profileId, segmentId, state, version, at, segmentVersion, cause, ...(nextChangeAt && { nextChangeAt }) };
}

/** A member as it was written by `listingWrite`. */
const memberOf = ({ sk, ...listing }: Item): Member => {
	const { enteredAt, version } = listing as unknown as Omit<Member, "profileId">;
	return { profileId: sk as ProfileId, enteredAt, version };
};

const nextShard = (shard: string): string | undefined => SEGMENT_SHARDS[SEGMENT_SHARDS.indexOf(shard) + 1];

/** A cursor is the shard and, after it, the place in the shard. */
function shardsFrom(cursor = "0"): { shard: string; after: string }[] {
	const first = Math.max(0, SEGMENT_SHARDS.indexOf(cursor.slice(0, 1)));
	return SEGMENT_SHARDS.slice(first).map((shard, i) => ({ shard, after: i === 0 ? cursor.slice(1) : "" }));
}
