import type { Condition, EventLeaf, TraitLeaf } from "#contracts/definitions/condition.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { Applied, Counting, Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Profile } from "#domain/model/profile.ts";
import { compare, valueAt } from "#domain/rules/compare.ts";
import { compileWhere } from "#domain/rules/event-conditions.ts";
import { eventConditions, filledKey, groupOf, type Hash, isGroup, type Leaf, leafOf } from "./leaf.ts";

/** What a segment's conditions look at. A whole `Profile` is one. */
export type Facts = Pick<Profile, "traits" | "leaves">;

/** One segment; `leaves` are the keys of the counts it looks at, and it is ready when the past of all of them is complete. */
type CompiledSegment = {
	readonly id: string;
	readonly version: number;
	readonly leaves: readonly string[];
	readonly isReady: boolean;
};

/** Every segment of a workspace, ready to be asked. */
export type CompiledSegments = {
	/** In the order given. */
	readonly segments: readonly CompiledSegment[];
	/** Each distinct count once, by its key, whichever segments share it. */
	readonly leaves: ReadonlyMap<string, Leaf>;
	/** The names of the traits that any of them looks at. */
	readonly traits: ReadonlySet<string>;
	/** The keys of the counts this event adds one to. Costs as much as there are leaves of this very event name. */
	leavesOf(event: CollectedEvent): readonly string[];
	/** Whether the profile meets the segment now. Nobody meets a segment that is not among those compiled. */
	evaluate(segmentId: string, profile: Facts): boolean;
};

/** Compiles only when the workspace is another one: `Definitions` hands out the same object while nothing changed. */
export function segmentCompiler(hash: Hash): (workspace: Pick<Workspace, "segments" | "counts">) => CompiledSegments {
	let last: { of: object; compiled: CompiledSegments } | undefined;
	return (workspace) => {
		if (last?.of !== workspace) {
			last = { of: workspace, compiled: compileSegments(workspace.segments, hash, workspace.counts) };
		}
		return last.compiled;
	};
}

type LeafFor = (condition: EventLeaf) => Leaf;
type Predicate = (profile: Facts) => boolean;

/**
 * Compiles each condition once into nested closures, and the events they count into an index by name. Only `track`
 * events have the name that `event:` means.
 */
export function compileSegments(
	segments: readonly Applied<Segment>[],
	hash: Hash,
	counts?: ReadonlyMap<string, Counting>,
): CompiledSegments {
	const leafFor: LeafFor = (condition) => leafOf(condition, hash, counts);
	const leavesIn = ({ when }: Segment) => [
		...new Map(
			eventConditions(when)
				.map(leafFor)
				.map((leaf) => [leaf.key, leaf]),
		).values(),
	];
	const leaves = new Map(segments.flatMap(leavesIn).map((leaf) => [leaf.key, leaf]));
	const predicates = new Map(segments.map(({ id, when }) => [id, compileCondition(when, leafFor)]));

	return {
		segments: segments.map((segment) => {
			const own = leavesIn(segment);
			const isReady = own.every(({ isFilled }) => isFilled);
			return { id: segment.id, version: segment.version, leaves: own.map(({ key }) => key), isReady };
		}),
		leaves,
		traits: new Set(segments.flatMap(({ when }) => traitsIn(when))),
		leavesOf: indexByName(leaves),
		evaluate: (id, profile) => predicates.get(id)?.(profile) ?? false,
	};
}

function indexByName(leaves: ReadonlyMap<string, Leaf>): CompiledSegments["leavesOf"] {
	const byName = Map.groupBy(
		[...leaves.values()].map((leaf) => ({ ...leaf, name: leaf.event, meets: compileWhere(leaf) })),
		({ name }) => name,
	);
	return (event) => {
		const candidates = event.type === "track" && event.event !== undefined ? byName.get(event.event) : undefined;
		return (
			candidates?.filter(({ since, meets }) => event.receivedAt >= since && meets(event)).map(({ key }) => key) ?? []
		);
	};
}

function compileCondition(condition: Condition, leafFor: LeafFor): Predicate {
	if ("trait" in condition) return compileTrait(condition);
	if ("event" in condition) return compileCount(condition, leafFor);
	if (!isGroup(condition)) return () => false;
	const parts = groupOf(condition).map((part) => compileCondition(part, leafFor));
	if ("all" in condition) return (profile) => parts.every((part) => part(profile));
	if ("any" in condition) return (profile) => parts.some((part) => part(profile));
	return (profile) => !parts.some((part) => part(profile));
}

function traitsIn(condition: Condition): string[] {
	if (isGroup(condition)) return groupOf(condition).flatMap(traitsIn);
	return "trait" in condition ? [stepsOf(condition)[0]] : [];
}

/** The name of a trait, and the steps into its value. */
function stepsOf({ trait }: TraitLeaf): readonly [string, ...string[]] {
	const [name = trait, ...steps] = trait.split(".");
	return [name, ...steps];
}

function compileTrait(leaf: TraitLeaf): Predicate {
	const [name, ...steps] = stepsOf(leaf);
	return ({ traits }) => {
		const value = Object.hasOwn(traits, name) ? traits[name]?.value : undefined;
		return compare(valueAt(value, steps), leaf.is);
	};
}

function compileCount(condition: EventLeaf, leafFor: LeafFor): Predicate {
	const { key } = leafFor(condition);
	const filled = filledKey(key);
	return ({ leaves }) => countOf(leaves[key]) + countOf(leaves[filled]) >= (condition.atLeast ?? 1);
}

/** How often a condition was met, over all its day buckets. */
export const countOf = (days: Profile["leaves"][string] | undefined): number =>
	Object.values(days ?? {}).reduce((sum, count) => sum + count, 0);
