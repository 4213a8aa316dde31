import type { SeedId } from "#domain/model/identifier.ts";
import type { Asking, DecideDeps, Said } from "./decision.ts";
import { finish, MAX_WRITES, writesIn } from "./finish.ts";
import { insist } from "./insist.ts";
import { planLink } from "./plan-link.ts";
import { rankingOf } from "./ranking.ts";
import { lookAtStar } from "./read-graph.ts";
import { causeOfSaid, inTwo, newsOfSaid, sayingTime } from "./said-news.ts";
import { isSaid } from "./why-useless.ts";

/**
 * Says much of many pairs: first all of it is written down, a few pairs at a time, with the clusters concerned marked as under
 * way; then they are brought in line as one change of many steps. So all that hangs together is read once, however much is
 * said. What is said already is left as it is: whoever asks again after a crash goes on from there.
 */
export async function stateInSteps(all: readonly Said[], asking: Asking, deps: DecideDeps): Promise<void> {
	const touched = new Set<SeedId>();
	for (const said of all) for (const id of await note(said, asking, deps)) touched.add(id);
	const [[said], [first, ...others]] = [all, [...touched]];
	if (said && first !== undefined) await finish([first, ...others], causeOfSaid(said, asking), deps);
}

/** Writes down what is said, of what is too much for one transaction one half after the other. Answers whom it concerns. */
async function note(said: Said, asking: Asking, deps: DecideDeps): Promise<readonly SeedId[]> {
	const what = `the identity of ${said.identifiers[0]?.id}`;
	const touched = await insist(() => noteOnce(said, asking, deps), { pause: deps.pause, what });
	if (touched !== "too much at once") return touched;
	const halves: SeedId[] = [];
	for (const half of inTwo(said)) halves.push(...(await note(half, asking, deps)));
	return halves;
}

async function noteOnce(said: Said, asking: Asking, deps: DecideDeps) {
	const { graph, limits: { maxWrites = MAX_WRITES } = {} } = deps;
	const view = await lookAtStar({ nodes: said.identifiers, edges: said.edges }, graph);
	const moment = { ranking: rankingOf(deps.rules, deps.limits), now: deps.now() };
	const statement = { at: sayingTime(said, view, moment.now), id: deps.newId() };
	const cause = causeOfSaid(said, asking);
	const edges = said.edges.filter((edge) => !isSaid(edge, view));
	const news = newsOfSaid({ ...said, edges }, view, { cause, statement });
	if (edges.length === 0) return [...news.touched];
	const plan = planLink(news, view, { ...moment, contested: "leave pending" });
	if (plan.kind === "contested") throw new Error("evidence that is only kept cannot be contested");
	if (edges.length > 1 && writesIn(plan.change) > maxWrites) return "too much at once";
	return (await graph.apply(plan.change)) === "refused" ? "refused" : [...news.touched];
}
