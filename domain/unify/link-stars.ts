import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import { edgeKey } from "./evidence.ts";
import { type Evidence, type EvidenceMemory, lookWithMemory } from "./evidence-memory.ts";
import { finish, MAX_WRITES, type ResolveDeps, readAround, type Seeds, writesIn } from "./finish.ts";
import { insist } from "./insist.ts";
import { hasNews, newsOf } from "./news.ts";
import { planComponent } from "./plan-component.ts";
import { type LinkOptions, type LinkPlan, planLink } from "./plan-link.ts";
import type { IdentityChange, KnownNode } from "./ports.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { type Component, readComponent, withChange } from "./read-component.ts";
import { lookAtStar } from "./read-graph.ts";
import type { Star } from "./star.ts";
import { partsOf } from "./star-parts.ts";
import { type View, viewOf } from "./view.ts";

export type LinkDeps = ResolveDeps & {
	readonly memory: EvidenceMemory;
	/** Hears of each time a cluster, or what surrounds it, had grown past the limit. */
	readonly onSaturated: (center: SeedId) => void;
};

export type LinkedBatch = {
	/** What is known of the identifiers by now, as far as that need not be read for it. */
	readonly nodes: readonly KnownNode[];
	/** The identifiers of stars that could not be taken in, and why: a retry may cure it. */
	readonly failed: ReadonlyMap<SeedId, unknown>;
};

/**
 * Takes the evidence of a batch into the graph. Where everything is known already it reads once and writes nothing.
 * The graph ends as `clusters()` says of all evidence it ever got, whatever order that came in, how often, and through how
 * many workers at once; only where what hangs together is too large to look at (1,000 identifiers) does evidence stay
 * without effect, and the clusters concerned say so.
 *
 * Safe to run twice. What fails does not keep the rest: others were quicker five times, or the store was not there.
 */
export async function linkStars(stars: readonly Star[], deps: LinkDeps): Promise<LinkedBatch> {
	const ranking = rankingOf(deps.rules, deps.limits);
	const asked = { nodes: [...idsIn(stars)], edges: stars.flatMap(({ edges }) => edges) };
	// what is read here says at most too little, and then it looks like news, for which the graph is read consistently
	const read = await lookWithMemory(asked, deps, { mayBeStale: true });
	const known = viewOf(read);
	const news = stars.filter((star) => hasNews(star, known));
	const failed = new Map<SeedId, unknown>();
	const nodes = new Map(known.nodes);
	await inParallel(neighbourhoods(news), async ([first, ...others]) => {
		await link(first, known.nodes);
		for (const star of others) await link(star);
	});
	return { nodes: [...nodes.values()], failed };

	async function link(star: Star, atHand?: View["nodes"]): Promise<void> {
		const ids = star.nodes.map(({ id }) => id);
		for (const id of ids) nodes.delete(id);
		deps.memory.forget(ids);
		try {
			const after = await linkStar(star, ranking, { ...deps, ...(atHand && { atHand }) });
			for (const node of after.nodes) nodes.set(node.id, node);
			deps.memory.keep(after);
		} catch (error) {
			for (const id of ids) failed.set(id, error);
		}
	}
}

const idsIn = (stars: readonly Star[]): Set<SeedId> => new Set(stars.flatMap(({ nodes }) => nodes.map(({ id }) => id)));

/** Takes a star in, and answers what is known of it then; nothing where more was done around it. */
async function linkStar(star: Star, ranking: Ranking, { atHand, ...deps }: Linking): Promise<Evidence> {
	const what = `the identity of ${star.nodes[0].id}`;
	let hand = atHand;
	const once = () => {
		const known = hand;
		hand = undefined; // whoever was refused reads it anew
		return linkOnce(star, ranking, { ...deps, ...(known && { atHand: known }) });
	};
	const done = await insist(once, { pause: deps.pause, what });
	for (const part of done.parts ?? []) await linkStar(part, ranking, deps);
	if (!done.unfinished) return done.known ?? NOTHING;
	const { seeds, component } = done.unfinished;
	await finish(seeds, { kind: "event", ...star.cause }, { ...deps, component });
	return NOTHING;
}

/** `atHand`: what was known of identifiers a moment ago. */
type Linking = LinkDeps & { readonly atHand?: View["nodes"] };

const NOTHING: Evidence = { nodes: [], edges: [] };

/** There is more to do around these identifiers, and this is what hangs together. */
type Unfinished = { readonly seeds: Seeds; readonly component: Component };

/** `known`: what is known of the star now. `parts` are to be taken in in place of the star. */
type Linked = { readonly known?: Evidence; readonly parts?: readonly Star[]; readonly unfinished?: Unfinished };

async function linkOnce(star: Star, ranking: Ranking, { atHand, ...deps }: Linking): Promise<Linked | "refused"> {
	const view = await lookAtStar(star, deps.graph, atHand);
	const { change, saturated, unfinished } = await plan(star, view, { ...deps, ranking });
	if (!change) return { known: knownOf(star, view) };
	const parts = writesIn(change) > mostWrites(deps) ? partsOf(star, view) : [];
	if (parts.length > 0) return { parts };
	if (saturated) deps.onSaturated(star.nodes[0].id);
	if ((await deps.graph.apply(change)) === "refused") return "refused";
	if (!unfinished) return { known: knownOf(star, withChange(view, change)) };
	return { unfinished: { ...unfinished, component: withChange(unfinished.component, change) } };
}

const knownOf = (star: Star, { nodes, edges }: View): Evidence => ({
	nodes: star.nodes.flatMap(({ id }) => nodes.get(id) ?? []),
	edges: star.edges.flatMap((edge) => edges.get(edgeKey(edge)) ?? []),
});

const mostWrites = ({ limits }: Pick<LinkDeps, "limits">): number => limits?.maxWrites ?? MAX_WRITES;

/** `unfinished`: there is more to do than the change says. */
type Planned = { readonly change?: IdentityChange; readonly saturated: boolean; readonly unfinished?: Unfinished };

async function plan(star: Star, view: View, deps: LinkDeps & { readonly ranking: Ranking }): Promise<Planned> {
	const { ranking, graph, now, limits = {} } = deps;
	if (!hasNews(star, view)) return { saturated: false };
	const moment = { ranking, now: now() };
	const news = newsOf(star, view, ranking);
	const linked = planLink(news, view, { ...moment, contested: "ask" });
	if (linked.kind === "change") return linked;

	const starts = news.nodes.map(({ id }) => id);
	const reach = { ...limits, ranking, stopped: news.stopped };
	const component = await (news.turns ? readAround(starts, graph, reach) : readComponent(starts, graph, reach));
	if (!component) return without("keep apart", star, view, moment);
	const around = withHubs(component, view);
	const planned = planComponent(newsOf(star, around, ranking), { ...component, nodes: around.nodes }, moment);
	// of a star that is too much the parts are looked at one by one, so that who is new with it is never told to have been alone
	if (star.edges.length > 1 || writesIn(planned.change) <= mostWrites({ limits })) return planned;
	const [, ...others] = starts;
	const seeds = [news.center, ...others] as const; // without hubs: what they were seen with is not to be followed
	return { ...without("leave pending", star, view, moment), unfinished: { seeds, component } };
}

/** A component with what is known of hubs and of edges at them, at which it stops. */
const withHubs = (component: Component, view: View) => ({
	nodes: new Map([...view.nodes, ...component.nodes]),
	edges: new Map([...view.edges, ...component.edges]),
});

function without(contested: LinkOptions["contested"], star: Star, view: View, moment: Omit<LinkOptions, "contested">) {
	const plan: LinkPlan = planLink(newsOf(star, view, moment.ranking), view, { ...moment, contested });
	if (plan.kind === "contested") throw new Error("evidence that is only kept cannot be contested");
	return { change: plan.change, saturated: plan.saturated };
}

type Neighbours = readonly [Star, ...Star[]];

/** Stars that share an identifier wait for each other; the others need not. */
function neighbourhoods(stars: readonly Star[]): Neighbours[] {
	const groups: { readonly ids: Set<SeedId>; readonly stars: Neighbours }[] = [];
	for (const star of stars) {
		const ids = star.nodes.map(({ id }) => id);
		const met = groups.filter((group) => ids.some((id) => group.ids.has(id)));
		const [first = star, ...others] = [...met.flatMap(({ stars }) => stars), star];
		const group = { ids: new Set(ids), stars: [first, ...others] as const };
		for (const { ids: others } of met) for (const id of others) group.ids.add(id);
		for (const old of met) groups.splice(groups.indexOf(old), 1);
		groups.push(group);
	}
	return groups.map(({ stars }) => stars);
}
