import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { journalIdOf } from "./journal-id.ts";
import { lineageOf } from "./lineage.ts";
import { type Lineages, live, retired } from "./next-records.ts";
import { type ClusterAt, type Outline, outlineOf } from "./outline.ts";
import type { ClusterRecord, HealthMark, StructureChange } from "./ports.ts";
import type { After, Redrawing, Redrawn } from "./redrawing.ts";
import { latest } from "./times.ts";

/**
 * What must be written so that the clusters that were become those that shall be. The number of records does not depend
 * on how many identifiers they hold: who loses his name points to where it went, and a cluster that identifiers leave says
 * where to, so their homes need not be written, nor even be known.
 */
export function planStructure(redrawing: Redrawing): Redrawn {
	const { before, after, records, center, occasion } = redrawing;
	const at = momentOf(redrawing);
	const now = new Map(after.flatMap((cluster) => cluster.members.map((id) => [id, cluster] as const)));
	const clusterAt = (id: SeedId): After => present(now.get(id));
	const version = (id: ProfileId) => (records.get(id)?.version ?? 0) + 1;

	const outline = outlineOf(before, after, clusterAt);
	const keeper = clusterAt(center).root.id;
	const tellerId = tellerOf(keeper, outline);
	const teller = { id: tellerId, version: version(tellerId) };
	const messageId = occasion.cause.kind === "event" ? occasion.cause.messageId : journalIdOf(teller);
	const lineages = lineageOf({ before, after, clusterAt, told: { mergedAt: at, messageId } });

	const changed = new Set(outline ? [...outline.from, ...outline.to].map(({ id }) => id) : []);
	const next = new Map(
		[...retired(before, clusterAt), ...live(redrawing, { changed, lineages, keeper })].map((record) => [
			record.id,
			record,
		]),
	);
	const written = [...next.values()].map((record) => ({
		...record,
		version: version(record.id),
		changedAt: changed.has(record.id) ? at : record.changedAt,
	}));
	// of steps that only say that all is done there is nothing to tell, but of what a person said
	const isSaid = occasion.cause.kind === "decision" && redrawing.touched.size > 0;
	const tells = next.has(teller.id) && (outline !== undefined || isSaid);
	return {
		at,
		records: written,
		unchanged: before.flatMap(({ record }) => (record && !next.has(record.id) ? [record] : [])),
		...(outline && { structure: structureOf(outline, { clusterAt, lineages, version }) }),
		...(tells && { journal: teller }),
		health: written.flatMap((record) => marksOf(record, records.get(record.id))),
	};
}

/** Whose journal tells of a change: the event's own cluster where it is another one now, else one of those that are. */
function tellerOf(own: ProfileId, outline: Outline | undefined): ProfileId {
	if (!outline || outline.to.some(({ id }) => id === own)) return own;
	return outline.to[0]?.id ?? own;
}

/** Now, or a millisecond after the last change of any cluster concerned, should that be later. */
function momentOf({ before, after, records, occasion: { now } }: Redrawing): string {
	const concerned = [...before.map(({ record }) => record), ...after.map(({ root }) => records.get(root.id))];
	const last = concerned.map((record) => record?.changedAt ?? "").reduce(latest, "");
	return last < now.toISOString() ? now.toISOString() : new Date(Date.parse(last) + 1).toISOString();
}

type Telling = {
	readonly clusterAt: ClusterAt;
	readonly lineages: Lineages;
	readonly version: (id: ProfileId) => number;
};

function structureOf({ from, to, merged, split, was }: Outline, { clusterAt, lineages, version }: Telling) {
	const partOf = (profileId: ProfileId) => ({
		profileId,
		seedIds: clusterAt(profileId).members,
		lineage: lineages.get(profileId) ?? [],
	});
	const structure: StructureChange = {
		merged: merged.map((one) => ({ ...one, lineage: lineages.get(one.survivor) ?? [] })),
		split: split.map((one) => ({ from: one.from, into: one.into.map(partOf) })),
		from: from.map(({ id, members }) => ({ id, members })),
		to: to.map(({ id, members }) => ({ id, members, version: version(id) })),
		moved: to.flatMap(({ id, members }) =>
			members
				.filter((member) => (was.has(member) ? was.get(member) !== id : members.length > 1))
				.map((seedId) => ({ seedId, profileId: id })),
		),
	};
	return structure;
}

/** What the report has to learn. A retired cluster's rows are found to be so when the report is read. */
function marksOf(record: ClusterRecord, before: ClusterRecord | undefined): HealthMark[] {
	if (record.mergedInto !== undefined) return [];
	const kinds = ["contested", "saturated"] as const;
	return kinds.flatMap((kind) =>
		record[kind] === (before?.[kind] ?? false) ? [] : [{ kind, id: record.id, is: record[kind] }],
	);
}

/** A value that is there because of how the redrawing was made. */
function present<T>(value: T | undefined): T {
	if (value === undefined) throw new Error("a redrawing names an identifier that it does not hold");
	return value;
}
