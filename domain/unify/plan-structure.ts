import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { EvidenceNode, UniqueValues } from "./evidence.ts";
import type { ClusterRecord, StructureChange } from "./ports.ts";
import { follow, type View } from "./view.ts";

/** A cluster as it was: a live one with its record, or an identifier that was known and alone. */
export type Before = { readonly id: ProfileId; readonly members: readonly SeedId[]; readonly record?: ClusterRecord };

/** A cluster as it shall be. Its id is its root's. */
export type After = {
	readonly root: Pick<EvidenceNode, "id" | "namespace" | "firstSeen">;
	readonly members: readonly SeedId[];
	readonly unique: UniqueValues;
	readonly contested: boolean;
	readonly saturated: boolean;
};

export type Redrawing = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	/** The identifiers with new evidence: their clusters' versions grow even where nothing else changes. */
	readonly touched: ReadonlySet<SeedId>;
	/** The strongest identifier of the event: its cluster remembers who else changed. */
	readonly center: SeedId;
	readonly records: View["records"];
	/** Identifiers that may have to be led elsewhere than their home's pointer does; none where clusters only grow. */
	readonly homes: readonly { readonly id: SeedId; readonly home: ProfileId }[];
};

export type Redrawn = {
	readonly records: readonly ClusterRecord[];
	readonly unchanged: readonly ClusterRecord[];
	readonly structure?: StructureChange;
};

/**
 * What must be written so that the clusters that were become those that shall be. The number of records does not depend
 * on how many identifiers they hold: who loses his name points to where it went, and identifiers keep their homes.
 */
export function planStructure(redrawing: Redrawing): Redrawn {
	const { before, after, records } = redrawing;
	const now = new Map(after.flatMap((cluster) => cluster.members.map((id) => [id, cluster] as const)));
	const at = (id: SeedId): After => present(now.get(id));

	const structure = structureOf(before, after, at);
	const next = new Map([...retired(before, at), ...live(redrawing, structure)].map((record) => [record.id, record]));
	for (const record of led(redrawing, next, at)) next.set(record.id, record);

	const versions = new Map([...next.keys()].map((id) => [id, (records.get(id)?.version ?? 0) + 1]));
	return {
		records: [...next.values()].map((record) => ({ ...record, version: versions.get(record.id) ?? 1 })),
		unchanged: before.flatMap(({ record }) => (record && !next.has(record.id) ? [record] : [])),
		...(structure && {
			structure: { ...structure, to: structure.to.map((to) => ({ ...to, version: versions.get(to.id) ?? 1 })) },
		}),
	};
}

/** Who became one, who became several, and how everybody concerned was and is; undefined when nobody is. */
function structureOf(before: readonly Before[], after: readonly After[], at: (id: SeedId) => After) {
	const gone = before.filter(({ id }) => at(id).root.id !== id);
	const merged = [...Map.groupBy(gone, ({ id }) => at(id).root.id)].map(([survivor, retired]) => ({
		survivor,
		retired: retired.map(({ id }) => id).sort(),
	}));
	const split = before.flatMap(({ id, members }) => {
		const into = [...new Set(members.map((member) => at(member).root.id))].sort();
		return into.length > 1 ? [{ from: id, into }] : [];
	});
	const was = new Map(before.map((cluster) => [cluster.id, cluster.members.join()]));
	const to = after.filter(({ root, members }) => was.get(root.id) !== members.join());
	if (to.length === 0) return undefined;
	const is = new Map(after.map(({ root, members }) => [root.id, members.join()]));
	const from = before.filter(({ id, members }) => is.get(id) !== members.join());
	return {
		merged,
		split,
		from: from.map(({ id, members }) => ({ id, members })),
		to: to.map(({ root, members }) => ({ id: root.id, members, version: 0 })),
	};
}

const retired = (before: readonly Before[], at: (id: SeedId) => After): ClusterRecord[] =>
	before.flatMap(({ id, record }) => {
		if (!record || at(id).root.id === id) return [];
		const emptied = { members: [], unique: {}, contested: false, saturated: false, unsettled: [] };
		return [{ ...record, ...emptied, mergedInto: at(id).root.id }];
	});

/** The records of the clusters that shall be, as far as they are not so already. */
function live(redrawing: Redrawing, structure: StructureChange | undefined): ClusterRecord[] {
	const { after, center, records, touched } = redrawing;
	return after
		.filter((cluster) => !stands(cluster, records) || cluster.members.some((id) => touched.has(id)))
		.map(({ root: { id, namespace, firstSeen }, members, unique, contested, saturated }) => {
			const record = records.get(id);
			const left = members.includes(center) ? unsettled(id, redrawing, structure) : (record?.unsettled ?? []);
			const marks = { contested, saturated, moved: record?.moved ?? {}, unsettled: left };
			return { id, version: 0, root: { namespace, firstSeen }, members, unique, ...marks };
		});
}

function stands({ root, members, contested, saturated }: After, records: View["records"]): boolean {
	const record = records.get(root.id);
	return (
		record !== undefined &&
		record.root.firstSeen === root.firstSeen &&
		record.contested === contested &&
		record.saturated === saturated &&
		record.members.join() === members.join()
	);
}

/** Who must be brought in line beside the cluster with the center: who it took in, who changed with it, and what was left undone. */
function unsettled(id: ProfileId, { before }: Redrawing, structure: StructureChange | undefined): ProfileId[] {
	const changed = structure ? [...structure.from, ...structure.to].map((cluster) => cluster.id) : [];
	const left = before.flatMap(({ record }) => record?.unsettled ?? []);
	return [...new Set([...changed, ...left])].filter((other) => other !== id).sort();
}

/** The homes that must say by name where some of their identifiers went, or need not any more. */
function led({ homes, records }: Redrawing, next: ReadonlyMap<ProfileId, ClusterRecord>, at: (id: SeedId) => After) {
	const all = new Map([...records, ...next]);
	const changed = new Set<ProfileId>();
	for (const node of homes) {
		const home = present(all.get(node.home));
		const { [node.id]: ledTo, ...moved } = home.moved;
		const way = follow(node, all.set(home.id, { ...home, moved }));
		const wanted = at(node.id).root.id;
		const needed = way.kind === "live" && way.record.id === wanted ? undefined : wanted;
		if (needed !== undefined) all.set(home.id, { ...home, moved: { ...moved, [node.id]: needed } });
		if (needed !== ledTo) changed.add(home.id);
	}
	return [...changed].map((id) => present(all.get(id)));
}

/** A value that is there because of how the redrawing was made. */
function present<T>(value: T | undefined): T {
	if (value === undefined) throw new Error("a redrawing names a cluster or an identifier that it does not hold");
	return value;
}
