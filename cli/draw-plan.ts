import type { PlanAnswer } from "#contracts/http/admin-definitions.ts";
import { cell, colours, count } from "./terminal.ts";

type Change = PlanAnswer["changes"][number];

const SIGNS = { created: colours.green("+"), changed: colours.yellow("~"), removed: colours.red("-"), unchanged: " " };

/** A plan for people: what changes, field by field, and how much stays as it is. */
export function drawPlan({ applied, changes }: PlanAnswer): string {
	const moved = changes.filter(({ change }) => change !== "unchanged");
	const rest = changes.length - moved.length;
	if (moved.length === 0) return `nothing to change: ${count(rest, "definition")} in force as they are`;
	const title = applied ? "applied:" : "would change (`tutti apply` does it):";
	return [title, ...moved.flatMap(drawChange), colours.dim(`${rest} unchanged`)].join("\n");
}

const drawChange = ({ kind, id, change, differences }: Change): string[] => [
	`${SIGNS[change]} ${kind} ${colours.bold(id)} ${change}`,
	...differences.map(({ path, from, to }) => `    ${path}: ${side(from)} → ${side(to)}`),
];

const side = (value: unknown): string => (value === undefined ? colours.dim("nothing") : cell(JSON.stringify(value)));
