import type { Condition, Leaf, SequenceLeaf, TraitLeaf } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import { SAID_BUCKET_MS, STEPS_BUCKET_MS } from "#domain/rules/measures/measure-spec.ts";
import { MAX_SEGMENT_DEPTH } from "#domain/rules/segment-graph.ts";
import { groupOf } from "#domain/rules/walk-condition.ts";
import type { ConditionNode, ConditionPath, LeafNode } from "./condition-tree.ts";
import { readEventLeaf } from "./read-event-leaf.ts";

/** What a condition may name that stands elsewhere. */
export type ConditionEnv = {
	/** Every segment by its id. */
	readonly segments: ReadonlyMap<string, Pick<Segment, "when">>;
	/** The number of the upload in force of each list. @default no list has one */
	readonly lists?: ReadonlyMap<string, number>;
};

/** Where we are: what leads here, and the segments that were entered on the way. */
type Place = { readonly path: ConditionPath; readonly within: readonly string[] };
type Reader = { readonly env: ConditionEnv; readonly place: Place };

/**
 * The condition of a definition as all evaluators take it. `checkWorkspace` has found that every segment named is there
 * and none contains itself; where it has not been asked, such a segment has no members.
 */
export const readCondition = (condition: Condition, env: ConditionEnv, path: ConditionPath = ["when"]): ConditionNode =>
	read(condition, { env, place: { path, within: [] } });

function read(condition: Condition, { env, place }: Reader): ConditionNode {
	const group = groupOf(condition);
	if (!group) return readLeaf(condition as Leaf, { env, place }); // what is no group is a leaf
	const { kind } = group;
	const parts = group.parts.map((part, i) => read(part, { env, place: step(place, kind, i) }));
	return { kind, path: place.path, parts };
}

/** Within another segment every condition has the place of the leaf that names it: only there can somebody change it. */
const step = (place: Place, ...steps: ConditionPath): Place =>
	place.within.length > 0 ? place : { ...place, path: [...place.path, ...steps] };

function readLeaf(leaf: Leaf, reader: Reader): ConditionNode {
	const { path } = reader.place;
	if ("trait" in leaf) return readTrait(leaf, path);
	if ("event" in leaf) return readEventLeaf(leaf, path);
	if ("segment" in leaf) return readSegment(leaf.segment, reader);
	if ("sequence" in leaf) return readSequence(leaf, path);
	if ("account" in leaf) {
		const { users, meet } = leaf.account;
		const place = step(reader.place, "account", "meet");
		return { kind: "account", path, users, meet: read(meet, { ...reader, place }) };
	}
	return readPlain(leaf, { path, lists: reader.env.lists });
}

type Plain = Extract<Leaf, { lastEvent: string } | { consent: string } | { bucket: object } | { list: string }>;

function readPlain(
	leaf: Plain,
	{ path, lists }: { readonly path: ConditionPath; readonly lists: ConditionEnv["lists"] },
): LeafNode {
	if ("bucket" in leaf) return { kind: "bucket", path, ...leaf.bucket };
	if ("consent" in leaf) {
		return { kind: "consent", path, is: leaf.is, measure: { kind: "consent", purpose: leaf.consent, bucketMs: 0 } };
	}
	if ("list" in leaf) {
		const measure = { kind: "listed", list: leaf.list, bucketMs: 0 } as const;
		return { kind: "list", path, upload: lists?.get(leaf.list) ?? 0, measure };
	}
	const { lastEvent: event, where, has, within } = leaf;
	return {
		kind: "lastEvent",
		path,
		measure: { kind: "met", event, where, has, bucketMs: 0 },
		...(within !== undefined && { withinMs: durationMs(within) }),
	};
}

function readTrait({ trait, is, for: held }: TraitLeaf, path: ConditionPath): LeafNode {
	const [name = trait, ...steps] = trait.split(".");
	const value = { path, name, steps };
	if (held === undefined) return { kind: "trait", ...value, is };
	if (isRelative(is)) throw new TypeError("a definition that was never checked: `for` with a date that moves");
	const bound = held.atLeast === undefined ? "lessThan" : "atLeast";
	return {
		kind: "held",
		...value,
		is,
		bound,
		ms: durationMs(held[bound] ?? ""),
		measure: { kind: "said", trait, is, bucketMs: SAID_BUCKET_MS },
	};
}

type Relative = Extract<TraitLeaf["is"], { op: "within_last" | "within_next" | "before_last" | "after_next" }>;

const isRelative = (is: TraitLeaf["is"]): is is Relative =>
	is.op === "within_last" || is.op === "within_next" || is.op === "before_last" || is.op === "after_next";

function readSegment(id: string, { env, place }: Reader): ConditionNode {
	const other = env.segments.get(id);
	const isEndless = place.within.includes(id) || place.within.length >= MAX_SEGMENT_DEPTH;
	if (!other || isEndless) return { kind: "any", path: place.path, parts: [], segment: id };
	return { ...read(other.when, { env, place: { ...place, within: [...place.within, id] } }), segment: id };
}

function readSequence({ sequence, key, within, lookback }: SequenceLeaf, path: ConditionPath): LeafNode {
	const happened = sequence.filter((each) => !("not" in each)).length;
	const steps = sequence.map((each) => ("not" in each ? each.not : each));
	return {
		kind: "sequence",
		path,
		happened,
		withinMs: durationMs(within),
		...(lookback !== undefined && { lookbackMs: durationMs(lookback) }),
		measure: { kind: "steps", steps, bucketMs: STEPS_BUCKET_MS, ...(key !== undefined && { property: key }) },
	};
}
