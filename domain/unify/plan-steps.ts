import type { SeedId } from "#domain/model/identifier.ts";
import { namedFrom } from "./named-from.ts";
import type { Redefined } from "./plan-component.ts";
import type { ClusterRecord } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import type { After, Before } from "./redrawing.ts";
import { clusterMaker } from "./step-clusters.ts";

export type StepOptions = {
	/** How many items it may write, about: whoever finds that it writes more asks again with less. */
	readonly room: number;
	readonly ranking: Ranking;
	/** Whoever the whole change is about. */
	readonly center: SeedId;
};

/** A part of what is to be done: the clusters it is about, and how they are after it. */
export type Step = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	/** Whether it takes marks off that may only go when the members of all clusters are where they belong at one moment. */
	readonly reliesOnAll: boolean;
};

/** What a step writes whatever its size: its journal entry, the news of its merge or split, and of who moved. */
const OVERHEAD = 3;

/**
 * The next step from the clusters that are to those that the definition wants: first what does not belong together parts,
 * then what does comes together, then it is said of all that it is done. Each cluster on the way is part of one that is or of
 * one that shall be, so it breaks no rule; and it is marked, so that whoever meets it goes on. The center stays marked until
 * all else is done: who comes again for it after a crash goes on, too.
 */
export function planStep(redefined: Redefined, component: Component, options: StepOptions): Step {
	const { room, center } = options;
	const wantedAt = new Map(redefined.after.flatMap((one) => one.members.map((id) => [id, one] as const)));
	const partsOf = ({ members }: Before) => [...Map.groupBy(members, (id) => wantedAt.get(id)).values()];
	const making: Making = { ...clusterMaker({ redefined, component, ...options }), ...options, redefined, component };
	const hasCenter = ({ members }: { readonly members: readonly SeedId[] }) => members.includes(center);
	const torn = redefined.before.filter((cluster) => partsOf(cluster).length > 1);
	const [first] = torn.toSorted((x, y) => Number(hasCenter(x)) - Number(hasCenter(y)));
	if (first) {
		const most = Math.max(2, Math.floor((room - OVERHEAD + 1) / 2)); // of each but the first, a record and a line in its journal
		const pieces = bundles(partsOf(first), most);
		return remembered({ before: [first], after: pieces.map(making.make), reliesOnAll: false }, making);
	}
	const [some] = [...Map.groupBy(redefined.before, ({ id }) => wantedAt.get(id)).values()].filter(
		(all) => all.length > 1,
	);
	if (some) {
		const before = some.toSorted((x, y) => y.members.length - x.members.length).slice(0, Math.max(2, room - OVERHEAD));
		const after = [making.make(before.flatMap(({ members }) => members))];
		return remembered({ before, after, reliesOnAll: false }, making);
	}
	return sayDone(making);
}

type Making = ReturnType<typeof clusterMaker> &
	StepOptions & { readonly redefined: Redefined; readonly component: Component };

/**
 * What parts, in so many pieces at most. Where there are more parts a piece holds several, to be parted in their turn: as in
 * a tree, for each step writes down all that it parts, and to let a few leave at a time would write the rest again and again.
 */
function bundles(parts: readonly SeedId[][], most: number): SeedId[][] {
	let size = 1;
	while (size * most < parts.length) size *= most;
	return Array.from({ length: Math.ceil(parts.length / size) }, (_, i) => parts.slice(i * size, (i + 1) * size).flat());
}

/**
 * Whoever asked for the change finds from the center's record who must be brought in line: each record names those that
 * changed with it, these name others. Where a step is about none of them the cluster of the center comes along, as it is, to
 * name them (`Drawn.keeper`).
 */
function remembered(step: Step, { redefined, component, center, make }: Making): Step {
	const host = redefined.before.find(({ members }) => members.includes(center));
	if (!host?.record || step.before.includes(host)) return step;
	const named = namedFrom([host.record.id], component.records);
	if (step.before.some(({ id }) => named.has(id))) return step;
	return { ...step, before: [...step.before, host], after: [...step.after, make(host.members)] };
}

/** What is left to say of clusters that are as they shall be; of the center's last. */
function sayDone({ redefined, component, room, ranking, center, isApart }: Making): Step {
	const unsaid = redefined.after.filter((cluster) => {
		const record = component.records.get(cluster.root.id);
		return record ? !says(record, cluster, ranking.stamp) : cluster.contested;
	});
	const isLast = ({ members }: After) => Number(members.includes(center));
	const some = unsaid.toSorted((x, y) => isLast(x) - isLast(y)).slice(0, Math.max(1, room));
	const ids = new Set(some.flatMap(({ members }) => members));
	const before = redefined.before.filter(({ members }) => members.some((id) => ids.has(id)));
	return { before, after: some, reliesOnAll: !some.every(({ members }) => isApart(members)) };
}

function says(record: ClusterRecord, cluster: After, stamp: number): boolean {
	return (
		record.rules === stamp &&
		record.pending === cluster.pending &&
		record.contested === cluster.contested &&
		record.saturated === cluster.saturated &&
		record.inexact === cluster.inexact &&
		record.frontier >= cluster.frontier &&
		record.denied.join() === cluster.denied.join()
	);
}
