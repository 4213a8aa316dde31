import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { valueAt } from "#domain/rules/compare.ts";
import type { CollectedEvent } from "./event.ts";
import type { Json, JsonObject } from "./json.ts";

/** Something an event carries where identifiers of a namespace are looked for: the way to it, and what is there. */
export type Find = { readonly path: string; readonly raw: Json };

type IdentifierType = IdentityRules["identifiers"][number];

/** Where every SDK puts it; of several places the first that has something. */
const WELL_KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
	["user_id", ["userId"]],
	["anonymous_id", ["anonymousId"]],
	["email", ["traits.email", "context.traits.email"]],
	["phone", ["traits.phone", "context.traits.phone"]],
	["device_id", ["context.device.id"]],
	["advertising_id", ["context.device.advertisingId"]],
]);

/**
 * All that an event carries where the rules look for identifiers of one namespace, in the order in which they count: the
 * well-known place, the paths of `from`, the previous id of an alias, and `context.externalIds` of this type.
 */
export function findsOf(event: CollectedEvent, type: IdentifierType, rules: IdentityRules): Find[] {
	const { namespace, from = [] } = type;
	const isSwitchedOff = namespace === "advertising_id" && !mayTrackAds(event);
	const places = isSwitchedOff ? [] : [WELL_KNOWN.get(namespace) ?? [], ...from.map(placesOf)];
	return [
		...places.flatMap((some) => firstOf(event, some)),
		...(event.type === "alias" && namespace === namespaceOfPrevious(rules) ? firstOf(event, ["previousId"]) : []),
		...externalIds(event, namespace),
	];
}

/**
 * What the previous id of an alias is: a user id where one person may have several, so that a change of user ids can be
 * told; else the id of the visitor who signed up.
 */
export function namespaceOfPrevious({ identifiers }: IdentityRules): "user_id" | "anonymous_id" {
	const userId = identifiers.find(({ namespace }) => namespace === "user_id");
	return userId && !userId.unique && userId.max !== 1 ? "user_id" : "anonymous_id";
}

/** RudderStack, and Segment on phones, keep in the context what was said of the person before: both spellings are one place. */
const placesOf = (path: string): string[] => (path.startsWith("traits.") ? [path, `context.${path}`] : [path]);

function firstOf(event: CollectedEvent, paths: readonly string[]): Find[] {
	for (const path of paths) {
		const raw = at(event, path);
		if (raw !== undefined && raw !== null && raw !== "") return [{ path, raw }];
	}
	return [];
}

function at(event: CollectedEvent, path: string): Json | undefined {
	// A group's traits are the account's: its e-mail is nobody's.
	if (path.startsWith("traits.") && event.type !== "identify") return undefined;
	return valueAt(event as unknown as JsonObject, path.split(".")); // an event is JSON, by its schema
}

function externalIds({ context }: CollectedEvent, namespace: string): Find[] {
	const given = context.externalIds;
	if (!Array.isArray(given)) return [];
	return (given as readonly Json[]).flatMap((entry, position) => {
		const raw = valueAt(entry, ["id"]);
		if (raw === undefined || !isOf(namespace, entry)) return [];
		return [{ path: `context.externalIds.${position}.id`, raw }];
	});
}

/** Segment's fields, and its defaults: hashed ids, and those of other things than people, are not ours to compare. */
function isOf(namespace: string, entry: Json): boolean {
	const [type, collection = "users", encoding = "none"] = ["type", "collection", "encoding"].map((field) =>
		valueAt(entry, [field]),
	);
	return type === namespace && collection === "users" && encoding === "none";
}

/** A person who does not want to be known by his advertising id says so to his phone, and the SDK to us. */
const mayTrackAds = ({ context }: CollectedEvent): boolean =>
	valueAt(context, ["device", "adTrackingEnabled"]) !== false;
