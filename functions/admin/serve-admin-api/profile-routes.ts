import { z } from "zod";
import { DEFAULT_PARTS, PROFILE_PARTS, type ProfileAnswer, type ProfilePart } from "#contracts/http/profiles.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import { notFound, ok, refuse } from "./answer.ts";
import { isSeedId, nobodyHas, seedIdOf } from "./find-profile.ts";
import { type Route, route } from "./route.ts";
import { archivedEvents } from "./seen-events.ts";
import { sqlText } from "./sql-text.ts";
import { traitParts } from "./trait-parts.ts";

export type ProfileDeps = {
	readonly definitions: Definitions;
	readonly profiles: Profiles;
	readonly memberships: Memberships;
	readonly sql: Sql;
	readonly vault: IdentifierVault;
	readonly now: () => Date;
};

const EVENTS_SHOWN = 50;
/** How far back the archive is searched for a profile's events: without a bound, each look would pay for all of it. */
const EVENT_DAYS = 90;

const include = z
	.string()
	.transform((list) => list.split(","))
	.pipe(z.array(z.enum(PROFILE_PARTS)))
	.optional();

export const profileRoutes = (deps: ProfileDeps): Route[] => [
	route("GET /v1/profiles/*reference", {
		query: z.strictObject({ include }),
		run: async ({ path: { reference = "" }, query }) => {
			const { identity: rules } = await deps.definitions.current();
			const seedId = seedIdOf(reference, deps.vault, rules);
			if (!seedId) {
				return refuse(
					400,
					"bad_identifier",
					"Name a profile as namespace:value, such as user_id:u-1, or as profile:<id>.",
				);
			}
			const profile = await deps.profiles.read(seedId);
			if (!profile) return notFound(nobodyHas(reference, rules));
			return ok(await answerOf(profile, new Set(query.include ?? DEFAULT_PARTS), deps));
		},
	}),
];

async function answerOf(profile: Profile, parts: ReadonlySet<ProfilePart>, deps: ProfileDeps): Promise<ProfileAnswer> {
	const { profileId, aliases, eventCount, firstSeen, lastSeen } = profile;
	const held = await deps.memberships.of(profileId);
	return {
		profileId,
		aliases: [...aliases],
		...(parts.has("identifiers") && {
			identifiers: profile.identifiers.map((known) => ({ ...known, sources: [...known.sources] })),
		}),
		...traitParts(profile, parts),
		...(parts.has("segments") && { segments: segmentsOf(held) }),
		...(parts.has("events") && { events: await eventsOf(profile, deps) }),
		eventCount,
		firstSeen,
		lastSeen,
		updatedAt: [lastSeen, ...held.map(({ at }) => at)].sort().at(-1) ?? lastSeen,
	};
}

const segmentsOf = (held: readonly Membership[]) =>
	held
		.filter(({ state }) => state === "entered")
		.map(({ segmentId, at, nextChangeAt = null }) => ({ id: segmentId, enteredAt: at, nextChangeAt }));

async function eventsOf({ profileId, aliases }: Profile, { sql, now }: ProfileDeps) {
	const ids = [profileId, ...aliases].filter(isSeedId).map(sqlText);
	const since = new Date(now().getTime() - EVENT_DAYS * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
	const rows = await archivedEvents(sql, `seed_id IN (${ids.join(", ")}) AND day >= ${sqlText(since)}`, EVENTS_SHOWN);
	return rows.map(({ seen }) => seen);
}
