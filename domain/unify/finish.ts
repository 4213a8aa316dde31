import type { SeedId } from "#domain/model/identifier.ts";
import { insist } from "./insist.ts";
import { changeOf, type News } from "./news.ts";
import { planComponent, type Redefined, redefine } from "./plan-component.ts";
import { planStep } from "./plan-steps.ts";
import { planStructure } from "./plan-structure.ts";
import type { ChangeCause, IdentityChange, IdentityGraph } from "./ports.ts";
import { type Limits, type Ranking, rankingOf, type VersionedRules } from "./ranking.ts";
import { type Component, type Reach, readComponent, withChange } from "./read-component.ts";
import { ChangedWhileRead } from "./view.ts";

/** What one change may write: a transaction of the store takes no more. */
export const MAX_WRITES = 100;

/** How many parts one step moves at first; fewer when that is too much to be written at once. */
const STEP = 40;

export type ComponentLimits = Limits &
	Pick<Reach, "maxComponent"> & {
		/** Items a transaction. @default 100 */
		readonly maxWrites?: number;
	};

export type ResolveDeps = {
	readonly graph: IdentityGraph;
	readonly rules: VersionedRules;
	readonly now: () => Date;
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
	/** Smaller ones, for tests. */
	readonly limits?: ComponentLimits;
};

/** `too_large`: what surrounds it is, so its own clusters were looked at alone, and are marked as inexact. */
export type Finished = "unchanged" | "written" | "too_large";

/**
 * Brings what is around some identifiers to where the definition wants it, under the rules of now. A change that one
 * transaction holds is one; a larger one goes in steps, each of which leaves clusters that break no rule. They are marked
 * as pending until all is done, so whoever meets one after a crash goes on from there; to go on twice does no harm.
 *
 * Why it ends exact though others write meanwhile: a step that leaves the clusters other than the evidence wants them
 * marks what it writes; marks are only taken off when one look at the whole, at one moment, found every member where he
 * belongs, or of a cluster that no evidence leads out of; and who meets no mark adds to what is exact in a way that keeps
 * it so (`plan-link.ts`).
 *
 * After a step it goes on from what it read before and has written, without another look: evidence that others add to a
 * cluster changes its version, and the step that relies on it is refused. Only then is all of it read again. Whoever has
 * just read it gives it as `component`.
 */
export async function finish(
	seeds: Seeds,
	cause: ChangeCause,
	{ component: read, ...deps }: ResolveDeps & { readonly component?: Component },
): Promise<Finished> {
	const ranking = rankingOf(deps.rules, deps.limits);
	let atHand = read?.inside.has(seeds[0]) ? read : undefined; // it stops at hubs, of which the first may be one
	const once = async () => {
		const component = atHand ?? (await readAround(seeds, deps.graph, { ...deps.limits, ranking }));
		atHand = undefined;
		const change = await nextChange({ seeds, cause, component, ranking, deps });
		if (!change) return component.isWhole ? "whole" : "cut off";
		if ((await deps.graph.apply(change)) === "refused") return "refused";
		atHand = withChange(component, change);
		return "further";
	};
	let hasWritten = false;
	for (;;) {
		const answer = await insist(once, { pause: deps.pause, what: `what is around ${seeds[0]}` });
		if (answer === "cut off") return "too_large";
		if (answer === "whole") return hasWritten ? "written" : "unchanged";
		hasWritten = true;
	}
}

/** All that hangs together with some identifiers; where that is too large, without what hangs at hubs; else their clusters alone. */
export async function readAround(starts: readonly SeedId[], graph: IdentityGraph, reach: Reach): Promise<Component> {
	const { stopped, ...wide } = reach;
	const component =
		(await readComponent(starts, graph, wide)) ??
		(stopped && stopped.size > 0 ? await readComponent(starts, graph, reach) : undefined) ??
		(await readComponent(starts, graph, { ...reach, cutOff: true }));
	if (!component) throw new Error("the clusters of some identifiers are always small enough to be read");
	return component;
}

/** How many items a change writes or relies on. */
export function writesIn({
	nodes,
	edges,
	hubs,
	records,
	unchanged,
	structure,
	journal,
	health,
}: IdentityChange): number {
	const rows = edges.flatMap(({ a, b }) => [a, b]).filter((end) => !hubs.has(end)).length;
	const told = structure ? structure.merged.length + structure.split.length + Math.min(structure.moved.length, 1) : 0;
	const entries = journal ? Math.max(structure?.to.filter(({ id }) => id !== journal.id).length ?? 0, 0) + 1 : 0;
	return nodes.length + rows + records.length + unchanged.length + told + entries + health.length;
}

/** The identifiers to look around; one at least. */
type Seeds = readonly [SeedId, ...SeedId[]];

type Going = {
	readonly seeds: Seeds;
	readonly cause: ChangeCause;
	readonly component: Component;
	readonly ranking: Ranking;
	readonly deps: ResolveDeps;
};

/** All that is left to do, if one transaction holds it; else the next step. Undefined when nothing is. */
async function nextChange(going: Going): Promise<IdentityChange | undefined> {
	const { seeds, cause, component, ranking, deps } = going;
	const news = noNews(seeds[0], cause);
	const { change } = planComponent(news, component, { ranking, now: deps.now() });
	if (isEmpty(change)) return undefined;
	const { maxWrites = MAX_WRITES } = deps.limits ?? {};
	if (writesIn(change) <= maxWrites) return change;

	const redefined = redefine(news, component, ranking);
	if (redefined.turned.length > 0) {
		const nodes = redefined.turned.slice(0, STEP);
		return changeOf({ ...news, nodes }, component, { now: deps.now() });
	}
	for (let size = STEP; ; size = Math.ceil(size / 2)) {
		const stepped = step(size, redefined, going);
		if (writesIn(stepped.change) <= maxWrites || size === 1) {
			if (stepped.isLast) await assertUnmoved(component, deps.graph);
			return stepped.change;
		}
	}
}

function step(size: number, redefined: Redefined, { seeds: [wanted], cause, component, ranking, deps }: Going) {
	const { before, after, isLast } = planStep(redefined, component, { size, ranking, center: wanted });
	const members = new Set(after.flatMap(({ members }) => members));
	const center = members.has(wanted) ? wanted : after.at(-1)?.members[0];
	if (center === undefined) throw new Error("there is nothing left to do, yet it does not fit into one transaction");
	const homes = redefined.homes.filter(({ id }) => members.has(id));
	const now = deps.now();
	const occasion = { cause, now, stamp: ranking.stamp };
	const news = noNews(center, cause);
	const redrawn = planStructure({ ...news, before, after, records: component.records, homes, occasion });
	const beside = [...component.nodes.values()].filter(({ id, home }) => members.has(id) && home === undefined);
	return { change: changeOf(news, component, { redrawn, beside, now }), isLast };
}

/** One look at the whole is one at one moment if no cluster changed while it was taken. */
async function assertUnmoved({ records }: Component, graph: IdentityGraph): Promise<void> {
	const read = [...records.values()].filter(({ mergedInto }) => mergedInto === undefined);
	const now = new Map((await graph.records(read.map(({ id }) => id))).map(({ id, version }) => [id, version]));
	if (read.some(({ id, version }) => now.get(id) !== version)) throw new ChangedWhileRead();
}

const isEmpty = ({ nodes, edges, records }: IdentityChange): boolean =>
	nodes.length + edges.length + records.length === 0;

const NONE: ReadonlySet<SeedId> = new Set();

const noNews = (center: SeedId, cause: ChangeCause): News => ({
	...{ cause, center, nodes: [], edges: [], turns: false },
	...{ touched: NONE, hubs: NONE, stopped: NONE },
});
