import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { rankingOf } from "./evidence.ts";
import { type EvidenceMemory, lookWithMemory } from "./evidence-memory.ts";
import { inParallel } from "./in-parallel.ts";
import { hasNews } from "./news.ts";
import { planComponent } from "./plan-component.ts";
import { type LinkPlan, planLink } from "./plan-link.ts";
import type { IdentityChange, IdentityGraph, KnownNode } from "./ports.ts";
import { readComponent } from "./read-component.ts";
import { lookAtStar } from "./read-graph.ts";
import type { Star } from "./star.ts";
import { ChangedWhileRead, viewOf } from "./view.ts";

/** How often a refused write is decided again before the whole is left to a later try. */
const TRIES = 5;

/** What one change may write: a transaction of the store takes no more. */
const MAX_WRITES = 100;

export type LinkDeps = {
	readonly graph: IdentityGraph;
	readonly memory: EvidenceMemory;
	readonly rules: IdentityRules;
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
	/** Hears of each time a cluster, or what surrounds it, had grown past the limit. */
	readonly onSaturated: (center: SeedId) => void;
};

export type LinkedBatch = {
	/** What was known before of the identifiers in stars that brought nothing new: it is so still. */
	readonly nodes: readonly KnownNode[];
	/** The identifiers of stars that could not be taken in, and why: a retry may cure it. */
	readonly failed: ReadonlyMap<SeedId, unknown>;
};

/**
 * Takes the evidence of a batch into the graph. Where everything is known already it reads once and writes nothing.
 * The graph ends as `clusters()` says of all evidence it ever got, whatever order that came in, how often, and through how
 * many workers at once; only past the limit (`onSaturated`) does evidence stay without effect.
 *
 * Safe to run twice. What fails does not keep the rest: others were quicker five times, or the store was not there.
 */
export async function linkStars(stars: readonly Star[], deps: LinkDeps): Promise<LinkedBatch> {
	const asked = { nodes: [...idsIn(stars)], edges: stars.flatMap(({ edges }) => edges) };
	const read = await lookWithMemory(asked, deps);
	const known = viewOf(read);
	const news = stars.filter((star) => hasNews(star, known));
	const failed = new Map<SeedId, unknown>();
	await inParallel(neighbourhoods(news), async (neighbours) => {
		for (const star of neighbours) await linkStar(star, deps).catch((error: unknown) => fail(star, error));
	});
	const changed = idsIn(news);
	deps.memory.forget([...changed]);
	return { nodes: read.nodes.filter(({ id }) => !changed.has(id)), failed };

	function fail(star: Star, error: unknown): void {
		for (const { id } of star.nodes) failed.set(id, error);
	}
}

const idsIn = (stars: readonly Star[]): Set<SeedId> => new Set(stars.flatMap(({ nodes }) => nodes.map(({ id }) => id)));

async function linkStar(star: Star, deps: LinkDeps): Promise<void> {
	for (let attempt = 1; attempt <= TRIES; attempt++) {
		try {
			const { change, saturated } = await plan(star, deps);
			if (saturated) deps.onSaturated(star.nodes[0].id);
			if (!change || (await deps.graph.apply(change)) === "written") return;
		} catch (error) {
			if (!(error instanceof ChangedWhileRead)) throw error;
		}
		await deps.pause(attempt);
	}
	throw new Error(`the identity of ${star.nodes[0].id} was changed by others ${TRIES} times in a row`);
}

type Planned = { readonly change?: IdentityChange; readonly saturated: boolean };

async function plan(star: Star, { graph, rules }: LinkDeps): Promise<Planned> {
	const view = await lookAtStar(star, graph);
	if (!hasNews(star, view)) return { saturated: false };
	const ranking = rankingOf(rules);
	const linked = planLink(star, view, { ranking, contested: "ask" });
	if (linked.kind === "change") return linked;

	const component = await readComponent(star, graph);
	const change = component && planComponent(star, component, rules);
	if (change && writes(change) <= MAX_WRITES) return { change, saturated: false };
	return keptApart(planLink(star, view, { ranking, contested: "keep apart" }));
}

function keptApart(plan: LinkPlan): Planned {
	if (plan.kind === "contested") throw new Error("an edge that is kept apart cannot be contested");
	return { ...plan, saturated: true };
}

function writes({ nodes, edges, records, unchanged, structure }: IdentityChange): number {
	const told = structure ? structure.to.length + structure.merged.length + structure.split.length : 0;
	return nodes.length + 2 * edges.length + records.length + unchanged.length + told;
}

/** Stars that share an identifier wait for each other; the others need not. */
function neighbourhoods(stars: readonly Star[]): Star[][] {
	const groups: { readonly ids: Set<SeedId>; readonly stars: Star[] }[] = [];
	for (const star of stars) {
		const ids = star.nodes.map(({ id }) => id);
		const met = groups.filter((group) => ids.some((id) => group.ids.has(id)));
		const group = { ids: new Set(ids), stars: [...met.flatMap(({ stars }) => stars), star] };
		for (const { ids: others } of met) for (const id of others) group.ids.add(id);
		for (const old of met) groups.splice(groups.indexOf(old), 1);
		groups.push(group);
	}
	return groups.map(({ stars }) => stars);
}
