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
	const after = applied && changesRules(changes) ? [RESOLVED_AGAIN] : [];
	return [title, ...moved.flatMap(drawChange), colours.dim(`${rest} unchanged`), ...after].join("\n");
}

const RESOLVED_AGAIN = `who is who is decided again under the new identity rules: for those who send events at once,
for everybody else in the background, beginning within the hour`;

/** Whether others hold than before. When all there is was made just now, there was nobody yet. */
const changesRules = (changes: readonly Change[]): boolean =>
	changes.some(({ kind, change }) => kind === "identity" && change !== "unchanged") &&
	changes.some(({ change }) => change !== "created");

const drawChange = ({ kind, id, change, differences }: Change): string[] => [
	`${SIGNS[change]} ${kind} ${colours.bold(id)} ${change}`,
	...differences.map(({ path, from, to }) => `    ${path}: ${side(from)} → ${side(to)}`),
];

const side = (value: unknown): string => (value === undefined ? colours.dim("nothing") : cell(JSON.stringify(value)));
