import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { IdentityGraph } from "./ports.ts";
import { findPlaces, type Place } from "./read-profile.ts";

/** When a report has read so many identifiers it makes do with the people it has. */
const MAX_IDENTIFIERS = 20_000;
const AT_ONCE = 500;
const PEOPLE_AT_ONCE = 20;

/** Some people, each as the namespaces of his identifiers. */
export type Sample = {
	readonly people: readonly (readonly string[])[];
	/** How many identifiers were read for it. */
	readonly identifiers: number;
	/** Whether nobody was left out for the limit. */
	readonly isWhole: boolean;
};

/**
 * The people whose own id is among these seed ids. Ids are hashes, so with all seed ids up to some bound it is a fair
 * sample: somebody with many identifiers is no more likely to be in it than somebody with one, for only one gives the id.
 */
export async function samplePeople(
	ids: readonly SeedId[],
	graph: Pick<IdentityGraph, "look" | "records">,
): Promise<Sample> {
	const owners = await ownersOf(ids, graph);
	const people: string[][] = [];
	let identifiers = 0;
	for (let from = 0; from < owners.length; from += PEOPLE_AT_ONCE) {
		const some = owners.slice(from, from + PEOPLE_AT_ONCE);
		if (identifiers >= MAX_IDENTIFIERS) return { people, identifiers, isWhole: false };
		const { nodes } = await graph.look({ nodes: some.flatMap(({ members }) => members), edges: [] });
		const namespaces = new Map(nodes.map(({ id, namespace }) => [id, namespace]));
		people.push(...some.map(({ members }) => members.flatMap((id) => namespaces.get(id) ?? [])));
		identifiers += nodes.length;
	}
	return { people, identifiers, isWhole: true };
}

async function ownersOf(ids: readonly SeedId[], graph: Pick<IdentityGraph, "look" | "records">): Promise<Place[]> {
	const owners = new Map<ProfileId, Place>();
	for (let from = 0; from < ids.length; from += AT_ONCE) {
		for (const [id, place] of await findPlaces(ids.slice(from, from + AT_ONCE), graph)) {
			if (place.profileId === id) owners.set(id, place);
		}
	}
	return [...owners.values()];
}
