import type { ConditionNode } from "./condition-tree.ts";

/** Whether other people decide whether somebody meets a condition: then some people cannot be judged without all others. */
export const looksAtAccounts = (node: ConditionNode): boolean =>
	"parts" in node ? node.parts.some(looksAtAccounts) : node.kind === "account";
