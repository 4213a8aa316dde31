import type { Condition, Leaf } from "#contracts/definitions/condition.ts";

type Path = readonly (string | number)[];

/** A group's word and the conditions it is made of; undefined of a condition that is no group. */
export function groupOf(
	condition: Condition,
): { readonly kind: "all" | "any" | "none"; readonly parts: readonly Condition[] } | undefined {
	if ("all" in condition) return { kind: "all", parts: condition.all };
	if ("any" in condition) return { kind: "any", parts: condition.any };
	if ("none" in condition) return { kind: "none", parts: condition.none };
	return undefined;
}

/** Every condition within one that is no group, and where it stands; what the users of an account must meet comes after the account. */
export function leavesIn(
	condition: Condition,
	path: Path = ["when"],
): readonly { readonly leaf: Leaf; readonly path: Path }[] {
	const group = groupOf(condition);
	if (group) return group.parts.flatMap((part, i) => leavesIn(part, [...path, group.kind, i]));
	const leaf = condition as Leaf; // the groups are all behind
	return [{ leaf, path }, ...("account" in leaf ? leavesIn(leaf.account.meet, [...path, "account", "meet"]) : [])];
}
