import type { NumberComparison } from "#contracts/definitions/condition.ts";
import type { ConditionNode, GroupNode, LeafNode } from "./condition-tree.ts";
import {
	describeComparison,
	describeEvent,
	describeFields,
	describeWhere,
	describeWindow,
	fieldOf,
	lastOf,
	lengthOf,
	timesOf,
} from "./describe-words.ts";

/**
 * A condition in plain words, as something that is so of a person: "did Order Completed at least 3 times in the last 30 days,
 * where total is at least 20". A group says only how its parts go together; `describeWhole` says the parts, too.
 */
export function describe(node: ConditionNode): string {
	const text = "parts" in node ? describeGroup(node) : describeLeaf(node);
	return node.segment === undefined ? text : `meets the segment ${node.segment}: ${text}`;
}

/** A condition with everything in it, on one line. */
export function describeWhole(node: ConditionNode): string {
	if (!("parts" in node) || node.habit) return describe(node);
	const [only, ...more] = node.parts;
	if (only && more.length === 0 && node.kind !== "none" && node.segment === undefined) return describeWhole(only);
	return `${describe(node)} (${node.parts.map(describeWhole).join("; ")})`;
}

const TOGETHER = { all: "all of these", any: "at least one of these", none: "none of these" } as const;

function describeGroup({ kind, parts, habit }: GroupNode): string {
	if (!habit) return parts.length === 0 ? "nobody" : TOGETHER[kind];
	const { measure, recentMs, silentMs, activeMs } = habit;
	const did = `did ${measure.event}`;
	const where = describeWhere(measure.where);
	return recentMs === undefined
		? `${did} in ${lastOf(activeMs)}, but not in ${lastOf(silentMs)}${where}`
		: `${did} in ${lastOf(recentMs)}, not in the ${lengthOf(silentMs)} before that, but in the ${lengthOf(activeMs)} before that${where}`;
}

function describeLeaf(node: LeafNode): string {
	switch (node.kind) {
		case "trait":
			return describeTrait(node);
		case "held":
			return `${describeTrait(node)}, and has been so for ${HELD[node.bound]} ${lengthOf(node.ms)}`;
		case "count":
			return describeCount(node);
		case "sum":
		case "avg":
		case "min":
		case "max":
			return describeAmount(node);
		case "regularly":
			return describeHabit(node);
		case "lastEvent":
			return describeLast(node);
		case "sequence":
			return describeSequence(node);
		case "consent":
			return `consent to ${node.measure.purpose} is ${node.is}`;
		case "list":
			return `is on the list ${node.measure.list}${node.upload === 0 ? ", which was not uploaded yet" : ""}`;
		case "bucket":
			return `drew a lot of ${node.salt} from ${node.from} to under ${node.to} per cent`;
		case "account":
			return `${USERS[node.users]} user of one of their accounts meets: ${describeWhole(node.meet)}`;
	}
}

type Of<Kind extends LeafNode["kind"]> = Extract<LeafNode, { kind: Kind }>;

const USERS = { any: "any", all: "every", none: "no" } as const;
const HELD = { atLeast: "at least", lessThan: "less than" } as const;

const describeTrait = ({ name, steps, is }: Pick<Of<"trait">, "name" | "steps" | "is">): string =>
	`${[name, ...steps].join(".")} ${describeComparison(is)}`;

function describeCount({ measure, window, is }: Of<"count">): string {
	const when = `${describeWindow(window, measure)}${describeWhere(measure.where)}`;
	const often = howOften(is);
	return often === "never" ? `never did ${measure.event}${when}` : `did ${measure.event}${often}${when}`;
}

/** At least once goes without saying. */
function howOften({ op, value }: NumberComparison): string {
	const least = op === "gt" ? value + 1 : value;
	if ((op === "gte" || op === "gt") && least === 1) return "";
	if (op === "ne" && value === 0) return "";
	const most = op === "lt" ? value - 1 : value;
	if ((op === "lte" || op === "lt" || op === "eq") && most === 0) return "never";
	return ` ${HOW_OFTEN[op]} ${timesOf(value)}`;
}

const HOW_OFTEN: { readonly [op in NumberComparison["op"]]: string } = {
	eq: "exactly",
	ne: "not exactly",
	gt: "more than",
	gte: "at least",
	lt: "less than",
	lte: "at most",
};

const AMOUNTS = { sum: "the sum", avg: "the average", min: "the least", max: "the greatest" } as const;

function describeAmount({ kind, measure, window, is }: Of<"sum" | "avg" | "min" | "max">): string {
	const { event, where, property } = measure;
	const when = describeWindow(window, measure);
	return `${AMOUNTS[kind]} of ${fieldOf(property)} in ${event}${when} ${describeComparison(is)}${describeWhere(where)}`;
}

function describeHabit({ measure, periodMs, of, periods, atLeast }: Of<"regularly">): string {
	const often = atLeast === 1 ? "in" : `at least ${timesOf(atLeast)} in each of`;
	const when = `at least ${periods} of the last ${of} periods of ${lengthOf(periodMs)}`;
	return `did ${measure.event} ${often} ${when}${describeWhere(measure.where)}`;
}

function describeLast({ measure, withinMs }: Of<"lastEvent">): string {
	const ago = withinMs === undefined ? "" : `, at most ${lengthOf(withinMs)} ago`;
	return `in the last ${describeEvent(measure)}${ago}, ${describeFields(measure.has)}`;
}

function describeSequence({ measure, happened, withinMs, lookbackMs }: Of<"sequence">): string {
	const steps = measure.steps.map((step, i) => `${i < happened ? "" : "not "}${describeEvent(step)}`);
	const key = measure.property === undefined ? "" : ` with the same ${fieldOf(measure.property)}`;
	const recent = lookbackMs === undefined ? "" : `, and that in ${lastOf(lookbackMs)}`;
	const within =
		steps.length === 2 ? ` within ${lengthOf(withinMs)}` : `, each within ${lengthOf(withinMs)} of the one before`;
	return `did ${steps.join(", then ")}${key}${within}${recent}`;
}
