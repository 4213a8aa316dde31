import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { SeenEvent } from "#contracts/http/profiles.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { RecentEvents, Sql } from "#domain/model/ports.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import { HASH_LENGTH, remembers } from "#domain/unify/ring.ts";
import type { Quarantine, QuarantinedEvent } from "#domain/validate/ports.ts";
import { isSeedId } from "./find-profile.ts";
import { archivedEvents, seenEvent } from "./seen-events.ts";
import { sqlText } from "./sql-text.ts";
import type { Traces } from "./trace-event.ts";

const phones = phoneNumbers();

export type TraceDeps = {
	readonly sql: Sql;
	readonly recentEvents: RecentEvents;
	readonly definitions: Definitions;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly fragments: Pick<Fragments, "load">;
	readonly profiles: Profiles;
	readonly quarantine: Pick<Quarantine, "list">;
	readonly memberships: Pick<Memberships, "of">;
	readonly deliveryLog: Pick<DeliveryLog, "ofMessage">;
	/** The hash by which a fragment remembers a messageId. */
	readonly hashOf: (messageId: string) => string;
	readonly now: () => Date;
};

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Characters of a ring that remembers as many messageIds as it can (`domain/unify/ring.ts`). */
const FULL_RING = 512 * HASH_LENGTH;
const LATEST = 1000;
/** Quarantined events are found by looking through their day: this many pages of it. */
const QUARANTINE_PAGES = 20;

/** Looks everywhere an event leaves traces. Undefined when it was not collected within these days. */
export async function findTraces(messageId: string, days: number, deps: TraceDeps): Promise<Traces | undefined> {
	const found = (await inArchive(messageId, days, deps)) ?? (await inTail(messageId, deps));
	if (!found) return undefined;
	const { event, seedId } = found;
	const [profile, fragments, quarantined, deliveries] = await Promise.all([
		seedId && deps.profiles.read(seedId),
		deps.fragments.load(seedId ? [seedId] : []),
		inQuarantine(event, deps),
		deps.deliveryLog.ofMessage(messageId),
	]);
	const memberships = profile ? await deps.memberships.of(profile.profileId) : [];
	return {
		event,
		isArchived: found.isArchived,
		profile,
		folded: foldedIn(fragments[0]?.ring, event, deps),
		quarantined,
		memberships: memberships.filter(({ cause }) => cause.messageId === messageId),
		deliveries,
	};
}

type Found = { readonly event: SeenEvent; readonly seedId: SeedId | undefined; readonly isArchived: boolean };

async function inArchive(messageId: string, days: number, { sql, now }: TraceDeps): Promise<Found | undefined> {
	const since = new Date(now().getTime() - days * DAY_MS).toISOString().slice(0, 10);
	const where = `message_id = ${sqlText(messageId)} AND day >= ${sqlText(since)}`;
	const [row] = await archivedEvents(sql, where, 1);
	if (!row) return undefined;
	const { seen: event, seedId } = row;
	return { event, seedId: seedId !== undefined && isSeedId(seedId) ? seedId : undefined, isArchived: true };
}

/** What is not archived yet may be among the latest events. */
async function inTail(messageId: string, { recentEvents, ...deps }: TraceDeps): Promise<Found | undefined> {
	const { events } = await recentEvents.since(undefined, LATEST);
	const event = events.find((each) => each.messageId === messageId);
	return event && { event: seenEvent(event), seedId: await seedIdOf(event, deps), isArchived: false };
}

async function seedIdOf(event: SourcedEvent, { definitions, vault }: Pick<TraceDeps, "definitions" | "vault">) {
	const { identity: rules, blockedSeeds } = await definitions.current();
	return identifiersOf(event, { rules, vault, phones, ...(blockedSeeds && { blockedSeeds }) }).identifiers[0]?.id;
}

async function inQuarantine({ messageId, receivedAt }: SeenEvent, { quarantine }: TraceDeps) {
	let cursor: string | undefined;
	for (let page = 0; page < QUARANTINE_PAGES; page++) {
		const { events, ...more } = await quarantine.list(receivedAt.slice(0, 10), {
			limit: 500,
			...(cursor && { cursor }),
		});
		const held: QuarantinedEvent | undefined = events.find(({ event }) => event.messageId === messageId);
		if (held || more.cursor === undefined) return held;
		cursor = more.cursor;
	}
	return undefined;
}

function foldedIn(ring: Readonly<Record<string, string>> = {}, event: SeenEvent, deps: TraceDeps): Traces["folded"] {
	const hash = deps.hashOf(event.messageId);
	const hour = Object.entries(ring).find(([of, hashes]) => remembers({ [of]: hashes }, hash, deps.now()))?.[0];
	if (hour !== undefined) return { hour: new Date(Number(hour) * HOUR_MS).toISOString() };
	const isOld = deps.now().getTime() - Date.parse(event.receivedAt) > DAY_MS;
	return isOld || Object.values(ring).join("").length >= FULL_RING ? "forgotten" : "not yet";
}
