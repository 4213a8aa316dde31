import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { clusters } from "./clusters.ts";
import { edgeKey } from "./evidence.ts";
import { changeOf, newsOf } from "./news.ts";
import { planStructure } from "./plan-structure.ts";
import type { IdentityChange } from "./ports.ts";
import type { Star } from "./star.ts";
import { clusterOf, type View } from "./view.ts";

/**
 * The exact answer where the shortcut has none: the definition over all the evidence that hangs together with the star's,
 * which `component` holds whole, and what must be written to get there.
 */
export function planComponent(star: Star, component: View, rules: IdentityRules): IdentityChange {
	const news = newsOf(star, component);
	const nodes = new Map([...component.nodes, ...news.nodes.map((node) => [node.id, node] as const)]);
	const edges = new Map([...component.edges, ...news.edges.map((edge) => [edgeKey(edge), edge] as const)]);
	const after = clusters({ nodes: [...nodes.values()], edges: [...edges.values()] }, rules);

	const known = [...component.nodes.values()].map((node) => ({ node, record: clusterOf(node, component.records) }));
	const records = new Set(known.flatMap(({ record }) => record ?? []));
	const before = [
		...[...records].map((record) => ({ id: record.id, members: record.members, record })),
		...known.flatMap(({ node, record }) => (record ? [] : [{ id: node.id, members: [node.id] }])),
	];
	const homes = [...component.nodes.values()].flatMap(({ id, home }) => (home === undefined ? [] : [{ id, home }]));
	return changeOf(
		news,
		component,
		planStructure({
			...news,
			before,
			after: after.map((cluster) => ({ ...cluster, saturated: false })),
			records: component.records,
			homes,
		}),
	);
}
