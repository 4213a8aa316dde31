import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { valueAt } from "#domain/rules/compare.ts";
import type { CollectedEvent } from "./event.ts";
import type { Json, JsonObject } from "./json.ts";

/** Something an event carries where identifiers of a namespace are looked for: the way to it, and what is there. */
export type Find = { readonly path: string; readonly raw: Json };

/** Where identifiers of one namespace are looked for. */
export type Places = {
	/** Of each list the first that has something. */
	readonly fields: readonly (readonly Field[])[];
	/** The previous id of an alias is one of them. */
	readonly hasPrevious: boolean;
};

type Field = { readonly path: string; readonly steps: readonly string[] };

/** The field of an alias that names who somebody was before. */
export const PREVIOUS_ID = "previousId";

/** Where every SDK puts it. */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
	["user_id", "userId"],
	["anonymous_id", "anonymousId"],
	["email", "traits.email"],
	["phone", "traits.phone"],
	["device_id", "context.device.id"],
	["advertising_id", "context.device.advertisingId"],
]);

/** The well-known place of a namespace, then those that the workspace names for it. */
export function placesOf({ namespace, from = [] }: IdentityRules["identifiers"][number], rules: IdentityRules): Places {
	const known = WELL_KNOWN.get(namespace);
	return {
		fields: [...(known === undefined ? [] : [known]), ...from].map(spellingsOf),
		hasPrevious: namespace === namespaceOfPrevious(rules),
	};
}

/** All that an event carries in these places, in the order in which it counts; `context.externalIds` of the namespace last. */
export function findsOf(event: CollectedEvent, namespace: string, { fields, hasPrevious }: Places): Find[] {
	const finds: Find[] = [];
	if (namespace !== "advertising_id" || mayTrackAds(event)) {
		for (const spellings of fields) findFirst(event, spellings, finds);
	}
	if (hasPrevious && event.type === "alias") findFirst(event, PREVIOUS, finds);
	if (event.context.externalIds !== undefined) finds.push(...externalIds(event, namespace));
	return finds;
}

/**
 * What the previous id of an alias is: a user id where one person may have several, so that a change of user ids can be
 * told; else the id of the visitor who signed up.
 */
export function namespaceOfPrevious({ identifiers }: IdentityRules): "user_id" | "anonymous_id" {
	const userId = identifiers.find(({ namespace }) => namespace === "user_id");
	return userId && !userId.unique && userId.max !== 1 ? "user_id" : "anonymous_id";
}

const fieldAt = (path: string): Field => ({ path, steps: path.split(".") });
const PREVIOUS = [fieldAt(PREVIOUS_ID)];

/** RudderStack, and Segment on phones, keep in the context what was said of the person before: one place, spelled in two ways. */
const spellingsOf = (path: string): Field[] =>
	path.startsWith("traits.") ? [fieldAt(path), fieldAt(`context.${path}`)] : [fieldAt(path)];

function findFirst(event: CollectedEvent, spellings: readonly Field[], finds: Find[]): void {
	for (const { path, steps } of spellings) {
		// A group's traits are the account's: its e-mail is nobody's.
		if (steps[0] === "traits" && event.type !== "identify") continue;
		const raw = valueAt(event as unknown as JsonObject, steps); // an event is JSON, by its schema
		if (raw === undefined || raw === null || raw === "") continue;
		finds.push({ path, raw });
		return;
	}
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
