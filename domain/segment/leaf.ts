import type { Condition, EventLeaf, Group } from "#contracts/definitions/condition.ts";
import type { Counting } from "#domain/model/definitions.ts";
import { canonical, meaningOfWhere } from "#domain/rules/event-conditions.ts";

/** SHA-256 of a text in base64url. The same one everywhere: leaf keys stand in stored fragments. */
export type Hash = (text: string) => string;

/** What is counted for a condition on events: which event, met under which conditions on its fields, since when. */
export type Leaf = {
	/** What it means, whenever it was begun. */
	readonly meaning: string;
	/** Where the count is kept. */
	readonly key: string;
	readonly event: string;
	readonly where: EventLeaf["where"];
} & Counting;

/** 11 characters of base64url are 66 bits: short in the hot item, and no two leaves of a workspace will meet. */
const KEY_LENGTH = 11;

const FROM_THE_FIRST_EVENT: Counting = { since: "", isFilled: true };
/** What is not registered yet is being applied at this moment: later than any time there is. */
const NOT_YET: Counting = { since: "~", isFilled: false };

/**
 * The key of what an event condition counts: the hash of the event and the set of its `where` conditions in whatever
 * order they were written, but not of `atLeast`, so "once" and "3 times" share one count.
 */
export function meaningOf({ event, where }: Pick<EventLeaf, "event" | "where">, hash: Hash): string {
	return hash(canonical({ event, where: meaningOfWhere(where) })).slice(0, KEY_LENGTH);
}

/**
 * The count an event condition needs. One that was begun anew (nothing looked at it for a while) has a key of its own, so
 * that it does not go on from where the old one was left.
 */
export function leafOf(
	{ event, where }: Pick<EventLeaf, "event" | "where">,
	hash: Hash,
	counts?: ReadonlyMap<string, Counting>,
): Leaf {
	const meaning = meaningOf({ event, where }, hash);
	const counting = counts ? (counts.get(meaning) ?? NOT_YET) : FROM_THE_FIRST_EVENT;
	const key = counting.since === "" ? meaning : hash(`${meaning} ${counting.since}`).slice(0, KEY_LENGTH);
	return { meaning, key, event, where, ...counting };
}

/** Where the part of a count is kept that was filled in from the archive: apart, so that filling in again changes nothing. */
export const filledKey = (key: string): string => `${key}<`;

/** The event conditions that stand anywhere in a condition. */
export function eventConditions(condition: Condition): EventLeaf[] {
	if ("event" in condition) return [condition];
	return isGroup(condition) ? groupOf(condition).flatMap(eventConditions) : [];
}

export const isGroup = (condition: Condition): condition is Group =>
	"all" in condition || "any" in condition || "none" in condition;

/** The conditions a group is made of. */
export function groupOf(group: Group): readonly Condition[] {
	if ("all" in group) return group.all;
	return "any" in group ? group.any : group.none;
}
