import type { Comparison, Condition, EventLeaf } from "#contracts/definitions/condition.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText, valueAt } from "#domain/rules/compare.ts";

/** SHA-256 of a text in base64url. The same one everywhere: leaf keys stand in stored fragments. */
export type Hash = (text: string) => string;

/** What is counted for a condition on events: which event, met under which conditions on its fields. */
export type Leaf = { readonly key: string; readonly event: string; readonly where: EventLeaf["where"] };

/** 11 characters of base64url are 66 bits: short in the hot item, and no two leaves of a workspace will meet. */
const KEY_LENGTH = 11;

/**
 * The count an event condition needs. Its key is the hash of what it means: the event and the set of its `where`
 * conditions in whatever order they were written, but not `atLeast`, so "once" and "3 times" share one count.
 */
export function leafOf({ event, where }: Pick<EventLeaf, "event" | "where">, hash: Hash): Leaf {
	const meant = new Set(where.map(({ path, is }) => canonical({ path, is: meaningOf(is) })));
	const meaning = canonical({ event, where: [...meant].sort(compareText) });
	return { key: hash(meaning).slice(0, KEY_LENGTH), event, where };
}

/** A list to choose from is a set: neither order nor repetition means anything. */
function meaningOf(is: Comparison): Json {
	if (is.op !== "in" && is.op !== "not_in") return is;
	return { ...is, value: [...new Set(is.value.map((value) => JSON.stringify(value)))].sort(compareText) };
}

/** JSON with the fields of every object in the order of their names. */
function canonical(value: Json): string {
	return JSON.stringify(value, (_, inner: Json) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
			: inner,
	);
}

/** The event conditions that stand anywhere in a condition. */
export function eventConditions(condition: Condition): EventLeaf[] {
	if ("event" in condition) return [condition];
	if ("trait" in condition) return [];
	return groupOf(condition).flatMap(eventConditions);
}

/** The conditions a group is made of. */
export function groupOf(group: Exclude<Condition, { trait: string } | { event: string }>): readonly Condition[] {
	if ("all" in group) return group.all;
	return "any" in group ? group.any : group.none;
}

/** A test for the `where` conditions of a leaf on an event whose name is known to be the leaf's. */
export function compileWhere({ where }: Pick<Leaf, "where">): (event: CollectedEvent) => boolean {
	const tests = where.map(({ path, is }) => {
		const [field, ...steps] = path.split(".");
		const root = field as "properties" | "context" | "traits"; // the schema lets no other through
		return (event: CollectedEvent) => compare(valueAt(event[root], steps), is);
	});
	return (event) => tests.every((test) => test(event));
}
