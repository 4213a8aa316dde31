import type { Look } from "#domain/rules/measures/measure.ts";
import type { ConditionNode } from "./condition-tree.ts";
import { lookBackOf } from "./look-back.ts";

/**
 * What a condition needs to be kept of events, and how far back; not what the users of accounts must meet: who is in such a
 * segment is computed from the archive.
 */
export function looksIn(node: ConditionNode): readonly Look[] {
	if ("parts" in node) return node.parts.flatMap(looksIn);
	return "measure" in node ? [lookBackOf(node)] : [];
}
