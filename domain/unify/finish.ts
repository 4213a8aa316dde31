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

/** What one change may write, items: DESIGN D11 (a transaction of the store would take 100, at the price of more conflicts). */
export const MAX_WRITES = 12;

/** Many times more than the largest component takes: each step brings somebody nearer to where he belongs. */
const MAX_STEPS = 10_000;

export type ComponentLimits = Limits &
	Pick<Reach, "maxComponent"> & {
		/** Items a transaction. @default 12 */
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
 * it so (`plan-link.ts`). After that one look the marks go as they are, a few at a time: whoever changed a cluster meanwhile
 * changed its version, and has seen to it himself.
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
	let atHand = read?.inside.has(seeds[0]) ? read : undefined;
	let last: Next | undefined; // the step before, if what is at hand is what it led to
	const once = async () => {
		const before = atHand && last;
		const component = atHand ?? (await readAround(seeds, deps.graph, { ...deps.limits, ranking }));
		atHand = undefined;
		const next = nextChange({ seeds, cause, component, ranking, deps, last: before });
		if (!next) return component.isWhole ? "whole" : "cut off";
		if (next.reliesOnAll && !before?.reliesOnAll) await assertUnmoved(component, deps.graph);
		if ((await deps.graph.apply(next.change)) === "refused") return "refused";
		atHand = withChange(component, next.change);
		last = next;
		return "further";
	};
	for (let steps = 0; steps < MAX_STEPS; steps++) {
		const answer = await insist(once, { pause: deps.pause, what: `what is around ${seeds[0]}` });
		if (answer === "cut off") return "too_large";
		if (answer === "whole") return steps > 0 ? "written" : "unchanged";
	}
	throw new Error(`what is around ${seeds[0]} did not come to an end in ${MAX_STEPS} steps`);
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
export type Seeds = readonly [SeedId, ...SeedId[]];

type Going = {
	readonly seeds: Seeds;
	readonly cause: ChangeCause;
	readonly component: Component;
	readonly ranking: Ranking;
	readonly deps: ResolveDeps;
	readonly last: Next | undefined;
};

/** What is written next; `redefined` holds for what comes after it if it changes no evidence. */
type Next = { readonly change: IdentityChange; readonly redefined: Redefined; readonly reliesOnAll: boolean };

/** All that is left to do, if one transaction holds it; else the next step. Undefined when nothing is. */
function nextChange(going: Going): Next | undefined {
	const { seeds, cause, component, ranking, deps, last } = going;
	const { maxWrites = MAX_WRITES } = deps.limits ?? {};
	const now = deps.now();
	const news = noNews(seeds[0], cause);
	const wanted = last?.redefined.turned.length === 0 ? last.redefined : undefined;
	const redefined = redefine(news, component, { ranking, wanted });
	if (changedIn(redefined) <= maxWrites) {
		const { change } = planComponent(news, component, { ranking, now, redefined });
		if (isEmpty(change)) return undefined;
		if (writesIn(change) <= maxWrites) return { change, redefined, reliesOnAll: false };
	}
	if (redefined.turned.length > 0) {
		const nodes = redefined.turned.slice(0, Math.floor(maxWrites / 2)); // each may be a new hub, which the report has to learn
		return { change: changeOf({ ...news, nodes }, component, { now }), redefined, reliesOnAll: false };
	}
	for (let room = maxWrites; ; room--) {
		const next = step(room, redefined, going);
		if (writesIn(next.change) <= maxWrites || room <= 1) return { ...next, redefined };
	}
}

/** How many clusters are others than they shall be: each is a record at least. */
function changedIn({ before, after }: Redefined): number {
	const had = new Map(before.map(({ id, members }) => [id, members.join()]));
	return after.filter(({ root, members }) => had.get(root.id) !== members.join()).length;
}

function step(room: number, redefined: Redefined, { seeds: [wanted], cause, component, ranking, deps }: Going) {
	const { before, after, reliesOnAll } = planStep(redefined, component, { room, ranking, center: wanted });
	const members = new Set(after.flatMap(({ members }) => members));
	const center = members.has(wanted) ? wanted : before[0]?.id;
	if (center === undefined) throw new Error("there is nothing left to do, yet it does not fit into one transaction");
	const now = deps.now();
	const occasion = { cause, now, stamp: ranking.stamp };
	const news = noNews(center, cause);
	const redrawn = planStructure({ ...news, before, after, records: component.records, occasion });
	const beside = [...component.nodes.values()].filter(({ id, home }) => members.has(id) && home === undefined);
	return { change: changeOf(news, component, { redrawn, beside, now }), reliesOnAll };
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
