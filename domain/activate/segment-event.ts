import type { Json, JsonObject } from "#domain/model/json.ts";
import type { News, Person } from "./delivery.ts";

/**
 * News as an event of the Segment spec: what a mapping's paths (`$.traits.email`, `$.userId`) look into, and what bought
 * destinations expect.
 *
 * - `traits` are the profile's; what an `identify` event brought itself comes first, and a `group` event's are the account's.
 * - `userId` and `anonymousId` are the event's, or else identifiers of the profile; all of them are in `context.externalIds`.
 * - A segment's change is the track event `Audience Entered` or `Audience Exited`, with the membership as
 *   `properties[segmentId]` and `traits[segmentId]`, and the segment in `context.personas`, as Segment's own audiences come;
 *   the vendor's list is for the mapping to say, so there is no `external_audience_id`.
 */
export function segmentEvent(news: News): JsonObject {
	return news.kind === "event" ? collected(news.event as unknown as JsonObject, news.person) : changed(news);
}

function collected({ source: _source, flags: _flags, extra, ...event }: JsonObject, person: Person): JsonObject {
	const context = objectOr(event.context);
	const traits = event.type === "group" ? objectOr(event.traits) : { ...person.traits, ...objectOr(event.traits) };
	return {
		...objectOr(extra),
		...idsOf(person),
		...event,
		traits,
		context: {
			...context,
			traits: { ...person.traits, ...objectOr(context.traits) },
			externalIds: externalIds(person),
		},
	};
}

function changed({
	kind,
	segmentId,
	at,
	transitionId,
	person,
}: Extract<News, { kind: "entered" | "exited" }>): JsonObject {
	const membership = { [segmentId]: kind === "entered" };
	const personas = {
		computation_class: "audience",
		computation_key: segmentId,
		computation_id: segmentId,
		audience_settings: {},
	};
	return {
		messageId: transitionId,
		type: "track",
		event: kind === "entered" ? "Audience Entered" : "Audience Exited",
		...idsOf(person),
		properties: { audience_key: segmentId, ...membership },
		traits: { ...person.traits, ...membership },
		context: { traits: person.traits, personas, externalIds: externalIds(person) },
		timestamp: at,
		receivedAt: at,
	};
}

function idsOf({ identifiers }: Person): JsonObject {
	const first = (namespace: string) => identifiers.find((identifier) => identifier.namespace === namespace)?.value;
	const [userId, anonymousId] = [first("user_id"), first("anonymous_id")];
	return { ...(userId !== undefined && { userId }), ...(anonymousId !== undefined && { anonymousId }) };
}

const externalIds = ({ identifiers }: Person): Json =>
	identifiers.map(({ namespace, value }) => ({ id: value, type: namespace, collection: "users", encoding: "none" }));

const objectOr = (value: Json | undefined): JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
