import type { SeedId } from "#domain/model/identifier.ts";
import type { Redefined } from "./plan-component.ts";
import type { Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import type { After, Before } from "./redrawing.ts";
import { clusterMaker } from "./step-clusters.ts";

/** How many identifiers one step moves at most: each may need a word in the record of its home. */
const PIECE = 40;

export type StepOptions = {
	/** How many parts it moves at most, about. */
	readonly size: number;
	readonly ranking: Ranking;
	/** Whoever the whole change is about. */
	readonly center: SeedId;
};

/** A part of what is to be done: the clusters it is about, and how they are after it. */
export type Step = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	/** Whether the members are all where they belong already, so that nothing but marks is written. */
	readonly isLast: boolean;
};

/**
 * The next step from the clusters that are to those that the definition wants, about `size` parts of them: first what
 * does not belong together parts, then what does comes together. Each cluster on the way is part of one that is or of one
 * that shall be, so it breaks no rule; and it is marked, so that whoever meets it goes on.
 */
export function planStep(redefined: Redefined, component: Component, options: StepOptions): Step {
	const { size, ranking, center } = options;
	const wantedAt = new Map(redefined.after.flatMap((one) => one.members.map((id) => [id, one] as const)));
	const partsOf = ({ members }: Before) => [...Map.groupBy(members, (id) => wantedAt.get(id)).values()];
	const make = clusterMaker({ redefined, component, ranking });
	const hasCenter = ({ members }: Before) => members.includes(center);
	const torn = redefined.before.filter((cluster) => partsOf(cluster).length > 1);
	if (torn.length > 0) {
		const first = torn.toSorted((x, y) => Number(hasCenter(y)) - Number(hasCenter(x)));
		return withCenter(part(first, { size, partsOf, make, center }), redefined, { make, center });
	}
	const joining = [...Map.groupBy(redefined.before, ({ id }) => wantedAt.get(id)).values()].filter(
		(all) => all.length > 1,
	);
	if (joining.length > 0) return withCenter(bringTogether(joining, { size, make }), redefined, { make, center });
	return mark(redefined, component, size, ranking);
}

type Make = (members: readonly SeedId[]) => After;
type Parting = {
	readonly size: number;
	readonly partsOf: (cluster: Before) => SeedId[][];
	readonly make: Make;
	readonly center: SeedId;
};

/** The largest part stays where it is, of the others some leave; that of the center last. */
function part(torn: readonly Before[], { size, partsOf, make, center }: Parting): Step {
	const [before, after]: [Before[], After[]] = [[], []];
	for (const cluster of torn) {
		const room = size - after.length;
		if (room < 1) break;
		const [, ...leaving] = partsOf(cluster).toSorted((x, y) => y.length - x.length);
		const inOrder = leaving.toSorted((x, y) => Number(x.includes(center)) - Number(y.includes(center)));
		const pieces = inOrder.flatMap(inPieces).slice(0, room);
		const gone = new Set(pieces.flat());
		before.push(cluster);
		after.push(...pieces.map(make), make(cluster.members.filter((id) => !gone.has(id))));
	}
	return { before, after, isLast: false };
}

/**
 * The cluster of the center comes along, as it is: there those are remembered who must be brought in line, for whoever asked
 * for the change looks there (`Drawn.keeper`).
 */
function withCenter(step: Step, { before }: Redefined, { make, center }: Pick<Parting, "make" | "center">): Step {
	const host = before.find(({ members }) => members.includes(center));
	if (!host?.record || step.before.includes(host)) return step;
	return { ...step, before: [...step.before, host], after: [...step.after, make(host.members)] };
}

function inPieces(ids: readonly SeedId[]): SeedId[][] {
	const pieces: SeedId[][] = [];
	for (let from = 0; from < ids.length; from += PIECE) pieces.push(ids.slice(from, from + PIECE));
	return pieces;
}

function bringTogether(joining: readonly (readonly Before[])[], { size, make }: { size: number; make: Make }): Step {
	const [before, after]: [Before[], After[]] = [[], []];
	for (const all of joining) {
		const room = size + 1 - before.length;
		if (room < 2) break;
		const some = all.toSorted((x, y) => y.members.length - x.members.length).slice(0, room);
		before.push(...some);
		after.push(make(some.flatMap(({ members }) => members)));
	}
	return { before, after, isLast: false };
}

/** What is left to say of clusters that are as they shall be. */
function mark({ before, after }: Redefined, { records }: Component, size: number, { stamp }: Ranking): Step {
	const unsaid = after.filter((cluster) => {
		const record = records.get(cluster.root.id);
		return record ? !says(record, cluster, stamp) : cluster.contested;
	});
	const some = unsaid.slice(0, size);
	const ids = new Set(some.flatMap(({ members }) => members));
	return { before: before.filter(({ members }) => members.some((id) => ids.has(id))), after: some, isLast: true };
}

function says(record: Said & { readonly rules: number }, cluster: After, stamp: number): boolean {
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

type Said = Omit<After, "root">;
