import type { Star } from "./star.ts";
import type { View } from "./view.ts";

/**
 * A star that would write too much, in parts that are evidence each: half of its edges after the other; of a single edge first
 * that its ends were seen earlier than known, which may rename their clusters. None where that is no less.
 */
export function partsOf(star: Star, { nodes }: View): Star[] {
	if (star.edges.length > 1) return inTwo(star);
	const early = star.nodes.filter(({ id, firstSeen }) => {
		const known = nodes.get(id);
		return known !== undefined && firstSeen < known.firstSeen && !known.hub;
	});
	const [strongest] = star.nodes; // whose cluster tells who else changed: there whoever brings the star looks
	const alone = early.map((node): Star => {
		return { cause: star.cause, nodes: node.id === strongest.id ? [node] : [strongest, node], edges: [] };
	});
	return alone.length > 0 && star.edges.length > 0 ? [...alone, star] : [];
}

/** The same evidence as two stars around the same identifier, the smaller one first: that identifier is known by then. */
function inTwo({ cause, nodes: [strongest, ...others], edges }: Star): Star[] {
	const half = Math.floor(edges.length / 2);
	return [edges.slice(0, half), edges.slice(half)].map((some) => {
		const ends = new Set(some.flatMap(({ a, b }) => [a, b]));
		return { cause, nodes: [strongest, ...others.filter(({ id }) => ends.has(id))], edges: some };
	});
}
