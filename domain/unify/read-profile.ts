import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Profile } from "#domain/model/profile.ts";
import { isSeen } from "./evidence.ts";
import { type EvidenceMemory, lookWithMemory } from "./evidence-memory.ts";
import { foldProfile } from "./fold-profile.ts";
import { insist } from "./insist.ts";
import type { ClusterRecord, Fragments, IdentityGraph, KnownNode } from "./ports.ts";
import { readRecords } from "./read-graph.ts";
import type { TraitView } from "./trait-rules.ts";
import { clusterOf } from "./view.ts";

type ReadDeps = {
	readonly graph: Pick<IdentityGraph, "look" | "records">;
	readonly fragments: Pick<Fragments, "load">;
	/** Spares the reading of identifiers; what a profile says of when and where they were seen may then be a minute old. */
	readonly memory?: EvidenceMemory;
	/** How traits are chosen and computed, and the moment. @default the last said stands, none is computed */
	readonly view?: TraitView;
};

/** Where an identifier belongs now: the profile, all its identifiers, and the record where the profile has one. */
export type Place = {
	readonly profileId: ProfileId;
	readonly members: readonly SeedId[];
	readonly record?: ClusterRecord;
	/** The identifier was seen with too many others: it is there by itself, and what changes with its events is not told there. */
	readonly isHub?: true;
};

type Places = ReadonlyMap<SeedId, Place>;

/**
 * Where each seed id leads now; those never seen are not among the answers. Nodes at hand need not be read again. What
 * does not fit together, because others changed it meanwhile, is read anew at once: each of their writes is one moment.
 */
export const findPlaces = (
	ids: readonly SeedId[],
	graph: ReadDeps["graph"],
	atHand: readonly KnownNode[] = [],
): Promise<Places> =>
	insist(() => lookForPlaces(ids, graph, atHand), { pause: async () => {}, what: "where identifiers lead" });

async function lookForPlaces(
	ids: readonly SeedId[],
	graph: ReadDeps["graph"],
	atHand: readonly KnownNode[],
): Promise<Places> {
	const known = new Map(atHand.map((node) => [node.id, node]));
	const unread = ids.filter((id) => !known.has(id));
	const read = unread.length > 0 ? await graph.look({ nodes: unread, edges: [] }) : { nodes: [] };
	const nodes = [...read.nodes, ...ids.flatMap((id) => known.get(id) ?? [])];
	const records = await readRecords(nodes, graph);
	return new Map(nodes.map((node) => [node.id, placeOf(node, records)]));
}

function placeOf(node: KnownNode, records: ReadonlyMap<ProfileId, ClusterRecord>): Place {
	const record = clusterOf(node, records);
	const place = record
		? { profileId: record.id, members: record.members, record }
		: { profileId: node.id, members: [node.id] };
	return { ...place, ...(node.hub && { isHub: true }) };
}

type ReaderDeps = Omit<ReadDeps, "view"> & {
	/** Asked at each reading, so that what is applied is in force with the next. */
	readonly view?: () => Promise<TraitView>;
};

/** Profiles by any of their ids, for whoever has only ids. */
export const profileReader = ({ view, ...deps }: ReaderDeps) => ({
	read: async (id: SeedId) => readProfile(id, { ...deps, ...(view && { view: await view() }) }),
});

/**
 * The profile that any seed id leads to, as it stands now: pointers of retired clusters are followed, the fragments of
 * all members folded. Undefined when nothing was ever seen under the id.
 */
export async function readProfile(
	id: SeedId,
	{ graph, memory, view, ...deps }: ReadDeps,
): Promise<Profile | undefined> {
	const place = await findPlace(id, graph);
	if (!place) return undefined;
	const { profileId, members } = place;
	const asked = { nodes: members, edges: [] };
	const [{ nodes }, fragments] = await Promise.all([
		memory ? lookWithMemory(asked, { graph, memory }) : graph.look(asked),
		deps.fragments.load(members),
	]);
	const seen = nodes.filter(isSeen); // of the others a person only spoke
	return seen.length === 0 ? undefined : foldProfile({ profileId, nodes: seen, fragments, ...(view && { view }) });
}

/** Mostly the id is a profile's own, and its record says all. */
async function findPlace(id: SeedId, graph: ReadDeps["graph"]): Promise<Place | undefined> {
	const [record] = await graph.records([id]);
	const isLive = record !== undefined && record.mergedInto === undefined;
	return isLive ? { profileId: record.id, members: record.members, record } : (await findPlaces([id], graph)).get(id);
}
