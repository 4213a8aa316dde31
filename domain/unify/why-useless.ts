import type { SeedId } from "#domain/model/identifier.ts";
import type { Said } from "./decision.ts";
import { type Ends, edgeKey, verdictOn } from "./evidence.ts";
import { obstacleBetween } from "./holding.ts";
import type { Redefined } from "./plan-component.ts";
import type { Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import { isBlocked, isHub } from "./usable.ts";
import { clusterOf, type View } from "./view.ts";

/** Why it would change nothing to say this, as far as one can tell without a look at what is around; undefined where it may. */
export function whyUseless(said: Said, view: View, ranking: Ranking): string | undefined {
	if (said.block !== undefined) return whyUselessToBlock(said, view, ranking);
	if (said.edges.every((edge) => isSaid(edge, view))) return "that is said already";
	const hub = said.identifiers.find(({ id }) => view.nodes.get(id) && isHub(view.nodes.get(id) as never, ranking));
	if (hub && said.decision !== "undo") return "an identifier that was seen with too many others joins nobody";
	const denied = said.edges.filter(({ says }) => says === "deny");
	const tooMany = said.identifiers.some(({ id }) => {
		const more = denied.filter(({ a, b }) => a === id || b === id).length;
		const node = view.nodes.get(id);
		return (node ? (clusterOf(node, view.records)?.denied.length ?? 0) : 0) + more > ranking.maxDenied;
	});
	return tooMany ? tooManyDenied(ranking) : undefined;
}

/** What to tell of a profile that would be kept apart from too many. */
export const tooManyDenied = ({ maxDenied }: Ranking): string =>
	`a profile is kept apart from ${maxDenied} others at most: block the identifier through which they come together`;

export const isSaid = (edge: Ends & { readonly says: string }, { edges }: View): boolean => {
	const known = edges.get(edgeKey(edge));
	return (known ? (verdictOn(known) ?? "none") : "none") === edge.says;
};

function whyUselessToBlock({ block, identifiers: [first] }: Said, { nodes }: View, ranking: Ranking) {
	if (!first) return "there is no identifier";
	const isSaidToBe = nodes.get(first.id)?.blocked?.says ?? false;
	if (block === isSaidToBe) return block ? "it is blocked already" : "nobody blocked it";
	return block && ranking.isBlocked(first) ? "the identity rules block this value already" : undefined;
}

type Known = Pick<Redefined, "after" | "nodes"> & { readonly component: Component; readonly ranking: Ranking };

/** Why two identifiers that a person allows to be one stay two; undefined where they become one. */
export function whyApart({ a, b }: Ends, { after, nodes, ranking }: Known): string | undefined {
	const at = (id: SeedId) => after.find(({ members }) => members.includes(id));
	const [left, right] = [at(a), at(b)];
	if (!left || !right || left === right) return undefined;
	const unusable = [a, b].flatMap((id) => nodes.get(id) ?? []);
	if (unusable.some((node) => isBlocked(node, ranking))) return "a blocked identifier joins nobody";
	if (unusable.some((node) => isHub(node, ranking)))
		return "an identifier that was seen with too many others joins nobody";
	switch (obstacleBetween(left, right, ranking)) {
		case "unique":
			return "each of the two has a value of its own of an identifier of which a person has but one";
		case "max":
			return "together they would have more of one identifier than the rules allow";
		case "denied":
			return "a person said that some of their identifiers are not one";
		case "full":
			return `together they would have more than ${ranking.maxMembers} identifiers`;
		case undefined:
			return "one of the two is used by several people, and the rules say that it is nobody's then";
	}
}
