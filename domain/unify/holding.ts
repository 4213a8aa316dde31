import type { SeedId } from "#domain/model/identifier.ts";
import type { EvidenceNode } from "./evidence.ts";
import type { Ranking } from "./ranking.ts";

/** The values of unique namespaces a cluster holds: namespace → the one identifier of it. */
export type UniqueValues = { readonly [namespace: string]: SeedId };

/**
 * What a cluster holds that decides with whom it may be one. Every limit here holds for a part of a cluster when it
 * holds for the whole; that is what makes the shortcut in `plan-link.ts` exact.
 */
export type Holding = {
	readonly members: readonly SeedId[];
	readonly unique: UniqueValues;
	/** How many it has of the namespaces that have a limit other than 1. */
	readonly counts: { readonly [namespace: string]: number };
	/** With whom a person said that its members are not one. */
	readonly denied: readonly SeedId[];
};

/** Why two clusters may not be one; `full` where nothing but their size is in the way. */
export type Obstacle = "unique" | "max" | "denied" | "full";

/** What stands in the way of one cluster made of both; undefined where nothing does. */
export function obstacleBetween(left: Holding, right: Holding, ranking: Ranking): Obstacle | undefined {
	if (clash(left.unique, right.unique)) return "unique";
	const tooMany = Object.entries(left.counts).some(([namespace, count]) => {
		const most = ranking.most(namespace);
		return most !== undefined && count + (right.counts[namespace] ?? 0) > most;
	});
	if (tooMany) return "max";
	if (left.denied.some((id) => right.members.includes(id))) return "denied";
	return left.members.length + right.members.length > ranking.maxMembers ? "full" : undefined;
}

const clash = (left: UniqueValues, right: UniqueValues): boolean =>
	Object.entries(left).some(([namespace, id]) => Object.hasOwn(right, namespace) && right[namespace] !== id);

/** What one identifier alone holds. */
export function holdingOf({ id, namespace }: Pick<EvidenceNode, "id" | "namespace">, ranking: Ranking): Holding {
	const most = ranking.most(namespace);
	return {
		members: [id],
		unique: most === 1 ? { [namespace]: id } : {},
		counts: most !== undefined && most > 1 ? { [namespace]: 1 } : {},
		denied: [],
	};
}

/** What both hold together, given that nothing stands in the way; members and denied ones are not in order. */
export function together(left: Holding, right: Holding): Holding {
	const namespaces = new Set([...Object.keys(left.counts), ...Object.keys(right.counts)]);
	return {
		members: [...left.members, ...right.members],
		unique: { ...left.unique, ...right.unique },
		counts: Object.fromEntries([...namespaces].map((of) => [of, (left.counts[of] ?? 0) + (right.counts[of] ?? 0)])),
		denied: [...new Set([...left.denied, ...right.denied])],
	};
}
