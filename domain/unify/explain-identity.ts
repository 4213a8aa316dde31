import type { SeedId } from "#domain/model/identifier.ts";
import { findChain } from "./find-chain.ts";
import { type JudgeDeps, type JudgedLink, judgeLinks } from "./judge-links.ts";
import type { KnownNode } from "./ports.ts";
import { findPlaces, type Place } from "./read-profile.ts";

/** An identifier and the profile it is in. */
export type Placed = { readonly node: KnownNode; readonly place: Place };

export type Explanation =
	| { readonly kind: "unknown"; readonly which: "a" | "b" }
	| {
			readonly kind: "one_person" | "two_people" | "not_connected" | "too_large";
			readonly a: Placed;
			readonly b: Placed;
			/** From a to b. Of two people it has links that are not followed; where nothing was found it has none. */
			readonly chain: readonly JudgedLink[];
	  };

/**
 * Whether two identifiers are one person, and which chain of evidence makes them so; of two people, which chain would,
 * and where it is not followed.
 */
export async function explainIdentity(a: SeedId, b: SeedId, deps: JudgeDeps): Promise<Explanation> {
	const { nodes } = await deps.graph.look({ nodes: [...new Set([a, b])], edges: [] });
	const places = await findPlaces([a, b], deps.graph, nodes);
	const placed = (id: SeedId): Placed | undefined => {
		const [node, place] = [nodes.find((each) => each.id === id), places.get(id)];
		return node && place && { node, place };
	};
	const [one, other] = [placed(a), placed(b)];
	if (!one) return { kind: "unknown", which: "a" };
	if (!other) return { kind: "unknown", which: "b" };

	const found = await findChain(a, b, deps);
	const chain = found.kind === "found" ? inOrder(a, await judgeLinks(found.edges, deps)) : [];
	const both = { a: one, b: other, chain };
	if (one.place.profileId === other.place.profileId) return { kind: "one_person", ...both };
	if (found.kind === "found") return { kind: "two_people", ...both };
	return { kind: found.kind === "none" ? "not_connected" : "too_large", ...both };
}

/** The links as one walks along them, each from the identifier that the one before led to. */
function inOrder(from: SeedId, links: readonly JudgedLink[]): JudgedLink[] {
	let at = from;
	return links.map((link) => {
		const { a, b, places } = link;
		const turned = a.id === at ? link : { ...link, a: b, b: a, places: [places[1], places[0]] as const };
		at = turned.b.id;
		return turned;
	});
}
