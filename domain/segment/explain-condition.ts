import type { Asked } from "./asked.ts";
import type { ExplainedCondition, Facts } from "./compiled.ts";
import { describe } from "./describe-condition.ts";
import { NEVER } from "./spans.ts";

/** A condition in the light of a profile: met or not, by which values, and until when if nothing happens. */
export function explainCondition(asked: Asked, facts: Facts, now: number): ExplainedCondition {
	const { node } = asked;
	const said = { path: node.path, text: describe(node), ...nextOf(asked, facts, now) };
	if (asked.kind === "leaf") {
		if (node.kind === "account") return said;
		return { ...said, isMet: asked.test(facts, now), values: asked.values(facts, now) };
	}
	const parts = asked.parts.map((part) => explainCondition(part, facts, now));
	const isMet = answerOf(asked.kind, parts);
	return { ...said, ...(isMet !== undefined && { isMet }), parts };
}

function nextOf({ isTimed, nextChange }: Asked, facts: Facts, now: number) {
	const next = isTimed ? nextChange(facts, now) : NEVER;
	return next === NEVER ? {} : { nextChangeAt: new Date(next).toISOString() };
}

/** What a group says as far as its parts can tell; undefined while it hangs on one that cannot. */
function answerOf(kind: "all" | "any" | "none", parts: readonly ExplainedCondition[]): boolean | undefined {
	const answers = parts.map(({ isMet }) => isMet);
	if (answers.includes(kind !== "all")) return kind === "any";
	return answers.includes(undefined) ? undefined : kind !== "any";
}
