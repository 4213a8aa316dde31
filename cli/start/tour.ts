import { queryAnswer } from "#contracts/http/admin-archive.ts";
import { definitionsAnswer } from "#contracts/http/admin-definitions.ts";
import { membersAnswer, segmentAnswer } from "#contracts/http/admin-segments.ts";
import { deliveriesAnswer } from "#contracts/http/deliveries.ts";
import { type ProfileAnswer, profileAnswer } from "#contracts/http/profiles.ts";
import type { Api } from "../api.ts";
import { count } from "../terminal.ts";

/** A command to try, and what it will show. */
export type Stop = { readonly command: string; readonly shows: string };

type Surroundings = {
	readonly api: Api;
	readonly token: string;
	/** What every `npx tutti …` needs to find this server; empty for the defaults. */
	readonly options: string;
};

const SQL = "select event, count(*) as n from events where type = 'track' group by 1 order by 2 desc";
/** How many members are looked at to find one worth showing. */
const LOOKED_AT = 25;

/** Commands to try against what is really there, with ids of real people, segments, deliveries and events. */
export async function planTour({ api, token, options }: Surroundings): Promise<Stop[]> {
	const segment = await findSegment(api);
	const person = segment && (await findPerson(api, segment.id));
	const delivery = await findDelivery(api);
	// An archive with nothing in it need not be started to be counted.
	const events = person || delivery ? `all ${await countEvents(api)} events` : "every event that comes in";
	const tutti = (line: string) => `npx tutti ${line}${options}`;
	const curl = (path: string) => `curl -s -H 'Authorization: Bearer ${token}' '${api.url}${path}'`;

	const stops: (Stop | undefined)[] = [
		person && { command: tutti(`profile ${quoted(person.reference)}`), shows: describe(person.profile) },
		segment &&
			person && {
				command: tutti(`segment explain ${segment.id} ${quoted(person.reference)}`),
				shows: `why this person is in the segment ${segment.id}, and when that ends by itself`,
			},
		segment && {
			command: curl(`/v1/segments/${segment.id}/members?limit=5`),
			shows: `who is in the segment ${segment.id}: ${Math.min(5, segment.size)} of ${segment.size}`,
		},
		{ command: tutti(`query "${SQL}"`), shows: `what happened how often, by SQL over ${events}` },
		delivery && {
			command: curl(`/v1/deliveries?destination=${delivery.destination}&limit=1`),
			shows: `the latest delivery to ${delivery.destination}: what about, each try, what came of it`,
		},
		delivery && {
			command: tutti(`trace ${quoted(delivery.messageId)}`),
			shows: "the way of the event behind it, from the collector to the delivery",
		},
	];
	return stops.filter((stop) => stop !== undefined);
}

/** The first segment that has members. */
async function findSegment(api: Api) {
	for (const { kind, definition } of (await api.get("/v1/definitions", definitionsAnswer)).definitions) {
		if (kind !== "segment") continue;
		const segment = await api.get(`/v1/segments/${definition.id}`, segmentAnswer);
		if (segment.size > 0) return segment;
	}
	return undefined;
}

/** The member of a segment about whom most is known, among the first, and an identifier to ask by. */
async function findPerson(api: Api, segmentId: string) {
	const { members } = await api.get(`/v1/segments/${segmentId}/members?limit=${LOOKED_AT}`, membersAnswer);
	const profiles: ProfileAnswer[] = [];
	for (const { profileId } of members) profiles.push(await api.get(`/v1/profiles/profile:${profileId}`, profileAnswer));
	const [profile] = profiles.sort((a, b) => (b.identifiers?.length ?? 0) - (a.identifiers?.length ?? 0));
	const known = profile?.identifiers?.find(({ namespace }) => namespace === "email") ?? profile?.identifiers?.[0];
	return profile && known && { profile, reference: `${known.namespace}:${known.value}` };
}

/** A delivery that arrived, of any destination, which an event was behind. */
async function findDelivery(api: Api) {
	for (const { kind, definition } of (await api.get("/v1/definitions", definitionsAnswer)).definitions) {
		if (kind !== "destination") continue;
		const query = new URLSearchParams({ destination: definition.id, state: "delivered", limit: "1" });
		const [latest] = (await api.get(`/v1/deliveries?${query.toString()}`, deliveriesAnswer)).deliveries;
		if (latest?.news.messageId) return { destination: definition.id, messageId: latest.news.messageId };
	}
	return undefined;
}

async function countEvents(api: Api): Promise<number> {
	const { rows } = await api.post("/v1/query", { sql: "select count(*) from events" }, queryAnswer);
	return Number(rows[0]?.[0] ?? 0);
}

function describe({ eventCount, identifiers = [], segments = [], traits = {} }: ProfileAnswer): string {
	const namespaces = [...new Set(identifiers.map(({ namespace }) => namespace))];
	const traitCount = Object.keys(traits).length;
	const stitched = `${count(eventCount, "event")} stitched by ${count(identifiers.length, "identifier")} (${namespaces.join(", ")})`;
	return `one person: ${stitched}, ${count(traitCount, "trait")}, ${count(segments.length, "segment")}`;
}

/** As a POSIX shell takes it for one word. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
