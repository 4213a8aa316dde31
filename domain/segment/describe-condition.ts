import type { ConditionNode } from "./condition-tree.ts";

/** A condition in a word: its kind. */
export const describe = (node: ConditionNode): string => node.kind;
