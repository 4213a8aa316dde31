import type { SeedId } from "#domain/model/identifier.ts";
import type { Asking, DecideDeps, Said } from "./decision.ts";
import { finish, MAX_WRITES, readAround, writesIn } from "./finish.ts";
import { insist } from "./insist.ts";
import type { News } from "./news.ts";
import { planComponent, redefine } from "./plan-component.ts";
import { planLink } from "./plan-link.ts";
import type { ChangeCause } from "./ports.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { type Component, withChange } from "./read-component.ts";
import { lookAtStar } from "./read-graph.ts";
import { causeOfSaid, inTwo, newsOfSaid, sayingTime } from "./said-news.ts";
import { stateInSteps } from "./state-in-steps.ts";
import type { View } from "./view.ts";
import { whyApart, whyUseless } from "./why-useless.ts";

/** Says it, and brings the clusters concerned in line. Answers why not, where it would be without effect. */
export async function stateDecision(said: Said, asking: Asking, deps: DecideDeps): Promise<string | undefined> {
	const cause = causeOfSaid(said, asking);
	const [first] = said.identifiers;
	if (!first) return "there is nothing left to say";
	const what = `the identity of ${first.id}`;
	const answer = await insist(() => stateOnce(said, cause, deps), { pause: deps.pause, what });
	if (answer.kind === "useless") return answer.reason;
	if (answer.kind === "too much at once") {
		await stateInSteps(inTwo(said), asking, deps);
		return undefined;
	}
	const {
		unfinished: component,
		touched: [seed = first.id, ...others],
	} = answer;
	if (component) await finish([seed, ...others], cause, { ...deps, component });
	if (said.block === false) await deps.blocked.remove(first.id);
	return undefined;
}

type Answer =
	| { readonly kind: "useless"; readonly reason: string }
	| { readonly kind: "too much at once" }
	/** `unfinished`: there is more to do, and this is what hangs together. */
	| { readonly kind: "written"; readonly touched: readonly SeedId[]; readonly unfinished?: Component };

async function stateOnce(said: Said, cause: ChangeCause, deps: DecideDeps): Promise<Answer | "refused"> {
	const ranking = rankingOf(deps.rules, deps.limits);
	const { graph } = deps;
	const view = await lookAtStar({ nodes: said.identifiers, edges: said.edges }, graph);
	const useless = whyUseless(said, view, ranking);
	if (useless !== undefined) return { kind: "useless", reason: useless };

	const moment = { ranking, now: deps.now() };
	const statement = { at: sayingTime(said, view, moment.now), id: deps.newId() };
	const newsIn = (read: Pick<View, "nodes" | "edges">) => newsOfSaid(said, read, { cause, statement });
	const news = newsIn(view);
	const touched = [...news.touched];
	const component = await readAround(touched, graph, { ...deps.limits, ranking, stopped: news.stopped });
	const apart = apartAfter(said, newsIn(component), component, ranking);
	if (apart !== undefined) return { kind: "useless", reason: apart };

	const [first] = said.identifiers;
	if (said.block && first && (await deps.blocked.add(first.id)) === "full") {
		return {
			kind: "useless",
			reason: "2,000 identifiers are blocked already: block by a pattern in the identity rules",
		};
	}
	const { change } = planComponent(newsIn(component), component, moment);
	const { maxWrites = MAX_WRITES } = deps.limits ?? {};
	if (writesIn(change) <= maxWrites) {
		if ((await graph.apply(change)) === "refused") return "refused";
		return { kind: "written", touched };
	}
	const pending = planLink(news, view, { ...moment, contested: "leave pending" });
	if (pending.kind === "contested") throw new Error("evidence that is only kept cannot be contested");
	if (said.edges.length > 1 && writesIn(pending.change) > maxWrites) return { kind: "too much at once" };
	if ((await graph.apply(pending.change)) === "refused") return "refused";
	return { kind: "written", touched, unfinished: withChange(component, pending.change) };
}

/** Why two that are allowed to be one would stay two all the same. */
function apartAfter(said: Said, news: News, component: Component, ranking: Ranking): string | undefined {
	const [allowed] = said.edges.filter(({ says }) => says === "allow");
	if (!allowed || !component.isWhole) return undefined;
	const { after, nodes } = redefine(news, component, { ranking });
	return whyApart(allowed, { after, nodes, component, ranking });
}
