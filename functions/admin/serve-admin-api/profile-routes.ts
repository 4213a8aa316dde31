import * as z from "zod";
import { DEFAULT_PARTS, PROFILE_PARTS, type ProfileAnswer, type ProfilePart } from "#contracts/http/profiles.ts";
import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import { sqlTimestamp } from "#domain/segment/sql-dialect.ts";
import { type AccountDeps, accountsOf } from "./account-routes.ts";
import { notFound, ok, refuse } from "./answer.ts";
import { type AsOfDeps, readAsOf, tooMuch } from "./as-of.ts";
import { isSeedId, nobodyHas, seedIdOf } from "./find-profile.ts";
import { type Route, route } from "./route.ts";
import { archivedEvents } from "./seen-events.ts";
import { sqlText } from "./sql-text.ts";
import { traitParts } from "./trait-parts.ts";

export type ProfileDeps = AsOfDeps & {
	readonly definitions: Definitions;
	readonly profiles: Profiles;
	readonly memberships: Memberships;
	readonly accounts: AccountDeps["accounts"];
	readonly fragments: AccountDeps["fragments"];
	readonly sql: Sql;
	readonly vault: IdentifierVault;
	readonly now: () => Date;
	readonly compile: (workspace: Workspace) => CompiledSegments;
};

const EVENTS_SHOWN = 50;
/** How far back the archive is searched for a profile's events: without a bound, each look would pay for all of it. */
const EVENT_DAYS = 90;

const include = z
	.string()
	.transform((list) => list.split(","))
	.pipe(z.array(z.enum(PROFILE_PARTS)))
	.optional();

const asOf = z.iso
	.datetime({ offset: true, error: "a time as ISO 8601, such as 2026-11-01T00:00:00Z" })
	.transform((time) => new Date(time).toISOString())
	.optional();

export const profileRoutes = (deps: ProfileDeps): Route[] => [
	route("GET /v1/profiles/*reference", {
		query: z.strictObject({ include, asOf }),
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
			const parts = new Set(query.include ?? DEFAULT_PARTS);
			if (query.asOf !== undefined) return answerAsOf(seedId, { parts, at: query.asOf }, deps);
			const profile = await deps.profiles.read(seedId);
			if (!profile) return notFound(nobodyHas(reference, rules));
			return ok(await answerOf(profile, parts, deps));
		},
	}),
];

type Parts = ReadonlySet<ProfilePart>;

async function answerAsOf(
	id: SeedId,
	{ parts, at }: { readonly parts: Parts; readonly at: string },
	deps: ProfileDeps,
) {
	const was = await readAsOf(id, at, deps);
	if (was.kind === "unknown") return notFound("Nothing was known under this identifier at that time.");
	if (was.kind !== "found") return tooMuch(was.kind);
	return ok({ ...(await knownParts(was.profile, parts, { ...deps, at })), updatedAt: was.profile.lastSeen, asOf: at });
}

async function answerOf(profile: Profile, parts: Parts, deps: ProfileDeps): Promise<ProfileAnswer> {
	const held = await deps.memberships.of(profile.profileId);
	return {
		...(await knownParts(profile, parts, deps)),
		...(parts.has("segments") && { segments: await segmentsOf(profile, held, deps) }),
		...(parts.has("accounts") && { accounts: await accountsOf(profile, deps) }),
		updatedAt: [profile.lastSeen, ...held.map(({ at }) => at)].sort().at(-1) ?? profile.lastSeen,
	};
}

/** What events said of somebody: with `at` of the past, what they had said until then. */
async function knownParts(profile: Profile, parts: Parts, deps: EventsDeps) {
	const { profileId, aliases, eventCount, firstSeen, lastSeen } = profile;
	return {
		profileId,
		aliases: [...aliases],
		...(parts.has("identifiers") && {
			identifiers: profile.identifiers.map((known) => ({ ...known, sources: [...known.sources] })),
		}),
		...traitParts(profile, parts),
		...(parts.has("events") && { events: await eventsOf(profile, deps) }),
		eventCount,
		firstSeen,
		lastSeen,
	};
}

type EventsDeps = Pick<ProfileDeps, "sql" | "now"> & { readonly at?: string };

/** The segments somebody is a member of, and when time alone may change that: worked out now, and kept nowhere. */
async function segmentsOf(profile: Profile, held: readonly Membership[], { definitions, compile, now }: ProfileDeps) {
	const compiled = compile(await definitions.current());
	const moment = now();
	return held
		.filter(({ state }) => state === "entered")
		.map(({ segmentId, at }) => ({
			id: segmentId,
			enteredAt: at,
			nextChangeAt: nextChange(segmentId, profile, { compiled, moment }),
		}));
}

/** Null where time cannot change it, or where it is not known: of a segment that is gone, or is not ready yet, or `batch`. */
function nextChange(
	id: string,
	profile: Profile,
	{ compiled, moment }: { readonly compiled: CompiledSegments; readonly moment: Date },
): string | null {
	const segment = compiled.segments.find((each) => each.id === id);
	if (!segment?.isReady || segment.class.kind === "batch") return null;
	const { isMember, nextChangeAt } = compiled.look(id, profile, moment.getTime());
	// Who does not meet it any more, and is a member still, is due.
	if (!isMember) return moment.toISOString();
	return nextChangeAt === undefined ? null : new Date(nextChangeAt).toISOString();
}

async function eventsOf({ profileId, aliases }: Profile, { sql, now, at }: EventsDeps) {
	const ids = [profileId, ...aliases].filter(isSeedId).map(sqlText);
	const until = at === undefined ? now() : new Date(at);
	const since = new Date(until.getTime() - EVENT_DAYS * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
	const before = at === undefined ? "" : ` AND received_at <= ${sqlTimestamp(at)}`;
	const where = `seed_id IN (${ids.join(", ")}) AND day >= ${sqlText(since)}${before}`;
	return (await archivedEvents(sql, where, EVENTS_SHOWN)).map(({ seen }) => seen);
}
