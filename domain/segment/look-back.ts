import type { Look } from "#domain/rules/measures/measure.ts";
import type { LeafNode, Window } from "./condition-tree.ts";

type Measured = Extract<LeafNode, { measure: unknown }>;

/** What a condition needs to be kept of events, and how far back it looks. */
export const lookBackOf = (node: Measured): Look => ({ spec: node.measure, keptMs: reachOf(node) });

const FOR_EVER = Number.POSITIVE_INFINITY;

function reachOf(node: Measured): number {
	switch (node.kind) {
		case "count":
		case "sum":
		case "avg":
		case "min":
		case "max":
			return reachOfWindow(node.window);
		case "regularly":
			return node.of * node.periodMs;
		case "sequence":
			// from the first step of a chain to the last one, and from there to now
			return (node.happened - 1) * node.withinMs + (node.lookbackMs ?? FOR_EVER);
		case "lastEvent":
		case "held":
		case "consent":
		case "list":
			return FOR_EVER;
	}
}

function reachOfWindow(window: Window): number {
	switch (window.kind) {
		case "ever":
			return FOR_EVER;
		case "within":
			return window.ms;
		case "between":
			return window.fromMs;
	}
}
