import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import type { Profiles } from "#domain/segment/ports.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import { HASH_LENGTH, remembers } from "#domain/unify/ring.ts";
import { canaryEvent } from "#domain/watch/canary-event.ts";
import type { Sight } from "#domain/watch/ports.ts";

export type ProfileDeps = {
	readonly definitions: Definitions;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly fragments: Pick<Fragments, "load">;
	readonly profiles: Profiles;
	/** The hash by which a fragment remembers a messageId. */
	readonly hashOf: (messageId: string) => string;
	readonly now: () => Date;
};

const HOUR_MS = 60 * 60 * 1000;
const phones = phoneNumbers();

export type CanaryProfile = Sight & {
	/** The hashes of what it took in during these hours, the last one not included. */
	taken(from: Date, until: Date): Promise<readonly string[]>;
};

/** The canary's profile: its fragment remembers the last 24 hours of its events, one by one (512 at most). */
export async function canaryProfile(deps: ProfileDeps): Promise<CanaryProfile> {
	const { fragments, profiles, hashOf, now } = deps;
	const seedId = await seedOfCanary(deps);
	const readRing = async (): Promise<Fragment["ring"]> => (await fragments.load([seedId]))[0]?.ring ?? {};

	return {
		async has(messageId) {
			if (!remembers(await readRing(), hashOf(messageId), now())) return false;
			return (await profiles.read(seedId)) !== undefined;
		},
		async taken(from, until) {
			return Object.entries(await readRing()).flatMap(([hour, hashes]) => {
				const at = Number(hour) * HOUR_MS;
				return at >= from.getTime() && at < until.getTime() ? cut(hashes) : [];
			});
		},
	};
}

const cut = (hashes: string): string[] => hashes.match(new RegExp(`.{${HASH_LENGTH}}`, "g")) ?? [];

/** By the identity rules in force, as for every event: they may say that an anonymous id is another one each day. */
async function seedOfCanary({ definitions, vault, now }: ProfileDeps): Promise<SeedId> {
	const { identity: rules, blockedSeeds } = await definitions.current();
	const at = now().toISOString();
	const times = { timestamp: at, originalTimestamp: at, sentAt: at, receivedAt: at };
	const event = { type: "track", context: {}, ...canaryEvent(now()), ...times } as const;
	const found = identifiersOf(event, { rules, vault, phones, ...(blockedSeeds && { blockedSeeds }) });
	const [first] = found.identifiers;
	if (!first) throw new Error("the identity rules leave the canary no identifier");
	return first.id;
}
