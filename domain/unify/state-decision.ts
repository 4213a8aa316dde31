import type { SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import type { Asking, DecideDeps, Said } from "./decision.ts";
import { edgeKey, NEVER, type Statement } from "./evidence.ts";
import { finish, MAX_WRITES, readAround, writesIn } from "./finish.ts";
import { insist } from "./insist.ts";
import type { News } from "./news.ts";
import { planComponent, redefine } from "./plan-component.ts";
import { planLink } from "./plan-link.ts";
import type { ChangeCause, KnownEdge, KnownNode } from "./ports.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { type Component, withChange } from "./read-component.ts";
import { lookAtStar } from "./read-graph.ts";
import { latest } from "./times.ts";
import { isHub } from "./usable.ts";
import type { View } from "./view.ts";
import { whyApart, whyUseless } from "./why-useless.ts";

/** Says it, and brings the clusters concerned in line. Answers why not, where it would be without effect. */
async function state(said: Said, asking: Asking, deps: DecideDeps): Promise<string | undefined> {
	const { by, reason } = asking;
	const { decision, about, undoes } = said;
	const cause: ChangeCause = {
		...{ kind: "decision", decision, by, about },
		...(reason !== undefined && { reason }),
		...(undoes !== undefined && { undoes }),
	};
	const [first, ...others] = said.identifiers;
	if (!first) return "there is nothing left to say";
	const what = `the identity of ${first.id}`;
	const answer = await insist(() => stateOnce(said, cause, deps), { pause: deps.pause, what });
	if (answer.kind === "useless") return answer.reason;
	if (answer.kind === "too much at once") return stateEach(inTwo(said), asking, deps);
	const { unfinished: component } = answer;
	if (component) await finish([first.id, ...others.map(({ id }) => id)], cause, { ...deps, component });
	if (said.block === false) await deps.blocked.remove(first.id);
	return undefined;
}

/** Says one after the other; answers why not at the first that would be without effect. */
export async function stateEach(all: readonly Said[], by: Asking, deps: DecideDeps): Promise<string | undefined> {
	for (const said of all) {
		const useless = await state(said, by, deps);
		if (useless !== undefined) return useless;
	}
	return undefined;
}

/** The same as two statements, each of about half of the edges. */
function inTwo({ edges, identifiers, ...said }: Said): Said[] {
	const half = Math.ceil(edges.length / 2);
	return [edges.slice(0, half), edges.slice(half)].map((some) => {
		const ends = new Set(some.flatMap(({ a, b }) => [a, b]));
		return { ...said, edges: some, identifiers: identifiers.filter(({ id }) => ends.has(id)), about: [...ends] };
	});
}

type Answer =
	| { readonly kind: "useless"; readonly reason: string }
	| { readonly kind: "too much at once" }
	/** `unfinished`: there is more to do, and this is what hangs together. */
	| { readonly kind: "written"; readonly unfinished?: Component };

async function stateOnce(said: Said, cause: ChangeCause, deps: DecideDeps): Promise<Answer | "refused"> {
	const ranking = rankingOf(deps.rules, deps.limits);
	const { graph } = deps;
	const view = await lookAtStar({ nodes: said.identifiers, edges: said.edges }, graph);
	const useless = whyUseless(said, view, ranking);
	if (useless !== undefined) return { kind: "useless", reason: useless };

	const moment = { ranking, now: deps.now() };
	const statement = { at: sayingTime(said, view, moment.now), id: deps.newId() };
	const newsIn = (read: Pick<View, "nodes" | "edges">) => newsOfSaid(said, read, { cause, statement, ranking });
	const news = newsIn(view);
	const component = await readAround([...news.touched], graph, { ...deps.limits, ranking, stopped: news.stopped });
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
		return { kind: "written" };
	}
	const pending = planLink(news, view, { ...moment, contested: "leave pending" });
	if (pending.kind === "contested") throw new Error("evidence that is only kept cannot be contested");
	if (said.edges.length > 1 && writesIn(pending.change) > maxWrites) return { kind: "too much at once" };
	if ((await graph.apply(pending.change)) === "refused") return "refused";
	return { kind: "written", unfinished: withChange(component, pending.change) };
}

/** Why two that are allowed to be one would stay two all the same. */
function apartAfter(said: Said, news: News, component: Component, ranking: Ranking): string | undefined {
	const [allowed] = said.edges.filter(({ says }) => says === "allow");
	if (!allowed || !component.isWhole) return undefined;
	const { after, nodes } = redefine(news, component, { ranking });
	return whyApart(allowed, { after, nodes, component, ranking });
}

type Telling = {
	readonly cause: ChangeCause;
	readonly statement: Omit<Statement<unknown>, "says">;
	readonly ranking: Ranking;
};

/** What is said, as news to the graph. An identifier nobody ever saw begins to be known with it. */
function newsOfSaid(said: Said, read: Pick<View, "nodes" | "edges">, { cause, statement, ranking }: Telling): News {
	const [first] = said.identifiers;
	const nodes = said.identifiers.map((identifier): KnownNode => {
		const known = read.nodes.get(identifier.id) ?? unseen(identifier);
		const isMeant = said.block !== undefined && identifier.id === first?.id;
		return isMeant ? { ...known, blocked: { says: said.block ?? false, ...statement } } : known;
	});
	const edges = said.edges.map((edge): KnownEdge => {
		const { a, b, says } = edge;
		const known = read.edges.get(edgeKey(edge)) ?? { a, b, firstSeen: NEVER, messageId: "", source: "" };
		return { ...known, verdict: { says, ...statement } };
	});
	const ids = said.identifiers.map(({ id }) => id);
	const isAside = (node: KnownNode) => isHub(node, ranking) && said.block === undefined;
	return {
		cause,
		center: first?.id ?? ("" as SeedId), // there is one at least
		nodes,
		edges,
		touched: new Set(ids),
		hubs: new Set(nodes.filter(isAside).map(({ id }) => id)),
		stopped: new Set(said.block && first ? [first.id] : []),
		turns: true,
	};
}

const unseen = (identifier: SeededIdentifier): KnownNode => ({
	...identifier,
	firstSeen: NEVER,
	lastSeen: "",
	sources: [],
});

/** Now, or later than all that was said of the same before, so that the last word is the last. */
function sayingTime(said: Said, { nodes, edges }: View, now: Date): string {
	const before = [
		...said.identifiers.map(({ id }) => nodes.get(id)?.blocked?.at ?? ""),
		...said.edges.map((edge) => edges.get(edgeKey(edge))?.verdict?.at ?? ""),
	].reduce(latest, "");
	return before < now.toISOString() ? now.toISOString() : new Date(Date.parse(before) + 1).toISOString();
}
