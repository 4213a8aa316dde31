import { itemDueLooks } from "#adapters/items/due-looks.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import { type Ticked, tickSegments } from "#domain/segment/tick-segments.ts";
import { type UpdateDeps, updateMemberships } from "#domain/segment/update-memberships.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const START = Date.parse("2026-03-01T10:00:00.000Z");
export const MINUTE = 60_000;
const AT = new Date(START).toISOString();

export const person = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}` as ProfileId;

/** One segment, `recent`: whoever has something in the last ten minutes. So time alone ends it, and events put it off. */
const WINDOW_MS = 10 * MINUTE;

const aProfile = (profileId: ProfileId, value: number): Profile => ({
	profileId,
	aliases: [],
	identifiers: [],
	traits: { lastAt: { value, at: AT, messageId: "m", source: "web" } },
	eventCount: 1,
	firstSeen: AT,
	lastSeen: AT,
});

const lastAtOf = ({ traits }: Pick<Profile, "traits">): number => Number(traits.lastAt?.value);

const RECENT: CompiledSegments = {
	segments: [
		{
			id: "recent",
			version: 1,
			root: { kind: "all", parts: [], path: ["when"] },
			measures: [],
			traits: new Set(["lastAt"]),
			isReady: true,
			class: { kind: "tick", why: "a window" },
		},
	],
	measures: new Map(),
	traits: new Set(["lastAt"]),
	look: (_, facts, now) => {
		const endsAt = lastAtOf(facts) + WINDOW_MS;
		return now < endsAt ? { isMember: true, nextChangeAt: endsAt } : { isMember: false };
	},
	evaluate: (_, facts, now) => now < lastAtOf(facts) + WINDOW_MS,
	explain: () => undefined,
	reasonFor: () => ["when", "all", 0],
};

/** People, a clock that is turned by hand, and the tick; `wrap` may put faults into the store that tick and events see. */
export function tickWorld({ wrap = (items) => items }: { wrap?: (items: ItemStore) => ItemStore } = {}) {
	let time = START;
	const now = () => new Date(time);
	const real = memoryItemStore();
	const items = grantedStore("segment/tick-segments", wrap(real));
	const people = new Map<ProfileId, number>();
	const failures: ProfileId[] = [];
	const deps: UpdateDeps = {
		memberships: itemMemberships({ items, now }),
		profiles: {
			read: async (id) => {
				const lastAt = people.get(id);
				return lastAt === undefined ? undefined : aProfile(id, lastAt);
			},
		},
		now,
		pause: async () => {},
	};
	const memberships = itemMemberships({ items: real, now });
	const looks = itemDueLooks({ items, now });
	return {
		real,
		looks,
		memberships,
		failures,
		pass: (ms: number) => {
			time += ms;
		},
		now: () => time,
		/** Somebody does something now, and the pass decides. */
		act: async (id: ProfileId, more: Partial<UpdateDeps> = {}) => {
			people.set(id, time);
			await updateMemberships(
				{ profileId: id, compiled: RECENT, causeIn: () => ({ kind: "event" }) },
				{ ...deps, ...more },
			);
		},
		tick: (more: { budgetSeconds?: number; compiled?: CompiledSegments } = {}): Promise<Ticked> =>
			tickSegments({
				...deps,
				looks,
				// the segments are compiled already: only when they were applied is asked for
				definitions: { current: async () => ({ segments: [{ appliedAt: AT }] }) as never },
				compile: () => more.compiled ?? RECENT,
				budgetSeconds: more.budgetSeconds ?? 50,
				onFailed: (id) => failures.push(id),
			}),
		/** Whether the person should be in it now. */
		isRecent: (id: ProfileId) => time < (people.get(id) ?? Number.NEGATIVE_INFINITY) + WINDOW_MS,
		isMember: async (id: ProfileId) => (await memberships.of(id))[0]?.state === "entered",
	};
}
