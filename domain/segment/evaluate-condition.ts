import type { Hash, Look } from "#domain/rules/measures/measure.ts";
import type { Asked, AskedLeaf } from "./asked.ts";
import type { ConditionNode, LeafNode } from "./condition-tree.ts";
import { askComputed, type ComputedValue } from "./evaluate-computed.ts";
import { askGroup } from "./evaluate-group.ts";
import { ACCOUNT, askBucket, askConsent, askList } from "./evaluate-plain.ts";
import { askRegularly } from "./evaluate-regularly.ts";
import { askSequence } from "./evaluate-sequence.ts";
import { askHeld, askLastEvent } from "./evaluate-spans.ts";
import { askTrait } from "./evaluate-trait.ts";
import { askCount, askStats } from "./evaluate-window.ts";
import { lookBackOf } from "./look-back.ts";

/** Where what is measured is kept, how computed traits come about, and how lots are drawn. */
export type AskDeps = {
	readonly keyOf: (look: Look) => string;
	readonly computed: (trait: string) => ComputedValue | undefined;
	readonly hash: Hash;
};

/** Makes a condition ready to be asked: once, so that asking costs little. */
export function askCondition(node: ConditionNode, deps: AskDeps): Asked {
	if ("parts" in node) {
		return askGroup(
			node,
			node.parts.map((part) => askCondition(part, deps)),
		);
	}
	const cost = COSTS[node.kind];
	if (!("measure" in node)) return { kind: "leaf", node, cost, ...askPlain(node, deps) };
	const key = deps.keyOf(lookBackOf(node));
	return { kind: "leaf", node, cost, key, ...askMeasured(node, key) };
}

/** Nearly, as `bench/segments` measures them; they only say what is asked first. */
const COSTS: { readonly [kind in LeafNode["kind"]]: number } = {
	account: 0,
	trait: 1,
	consent: 2,
	list: 2,
	lastEvent: 10,
	count: 20,
	bucket: 30,
	min: 40,
	max: 40,
	sum: 50,
	avg: 50,
	held: 50,
	regularly: 50,
	sequence: 100,
};

type Measured = Extract<LeafNode, { measure: unknown }>;

function askPlain(
	node: Exclude<LeafNode, Measured>,
	{ computed, hash }: AskDeps,
): AskedLeaf & { readonly key?: string } {
	switch (node.kind) {
		case "trait": {
			const value = computed(node.name);
			return value ? { ...askComputed(node, value), key: value.key } : askTrait(node);
		}
		case "bucket":
			return askBucket(node, hash);
		case "account":
			return ACCOUNT;
	}
}

function askMeasured(node: Measured, key: string): AskedLeaf {
	switch (node.kind) {
		case "count":
			return askCount(node, key);
		case "sum":
		case "avg":
		case "min":
		case "max":
			return askStats(node, key);
		case "regularly":
			return askRegularly(node, key);
		case "lastEvent":
			return askLastEvent(node, key);
		case "held":
			return askHeld(node, key);
		case "sequence":
			return askSequence(node, key);
		case "consent":
			return askConsent(node, key);
		case "list":
			return askList(node, key);
	}
}
