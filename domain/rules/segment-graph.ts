import type { Segment } from "#contracts/definitions/segment.ts";
import { leavesIn } from "./walk-condition.ts";
import type { WorkspaceProblem } from "./workspace-problem.ts";

/** How many segments may stand within one another. */
export const MAX_SEGMENT_DEPTH = 8;

/** Conditions of a segment with those of the segments in it: what fits into one query (Athena takes 256 KB of SQL). */
const MAX_CONDITIONS = 500;

type Path = WorkspaceProblem["path"];

/** A condition that names another segment: where it does, and whether that is said of the users of an account. */
type Link = { readonly to: string; readonly path: Path; readonly isOfUsers: boolean };
type Node = Pick<Segment, "id"> & {
	readonly links: readonly Link[];
	readonly leaves: number;
	readonly accounts: Path[];
};

/** What a segment comes to with everything in it. */
type Whole = { readonly depth: number; readonly conditions: number; readonly hasAccount: boolean };

/** What is wrong with segments that stand in one another: cycles, too many levels, too much in one, accounts of accounts. */
export function checkSegmentGraph(segments: readonly Segment[]): WorkspaceProblem[] {
	const nodes = new Map(segments.map((segment) => [segment.id, nodeOf(segment)]));
	const cycles = [...nodes.values()].flatMap((node) => findCycle(node, nodes));
	if (cycles.length > 0) return cycles;
	const wholes = new Map<string, Whole>();
	return [...nodes.values()].flatMap((node) => judge(node, (id) => wholeOf(id, nodes, wholes)));
}

function nodeOf({ id, when }: Segment): Node {
	const leaves = leavesIn(when);
	const links = leaves.flatMap(({ leaf, path }) =>
		"segment" in leaf ? [{ to: leaf.segment, path: [...path, "segment"], isOfUsers: path.includes("account") }] : [],
	);
	const accounts = leaves.flatMap(({ leaf, path }) => ("account" in leaf ? [[...path, "account"]] : []));
	return { id, links, leaves: leaves.length, accounts };
}

/** The shortest way from a segment back to itself; told once, of the one on it that comes first. */
function findCycle(start: Node, nodes: ReadonlyMap<string, Node>): WorkspaceProblem[] {
	const seen = new Set<string>();
	let ways = start.links.map(({ to, path }) => ({ path, via: [start.id, to] }));
	while (ways.length > 0) {
		const home = ways.find(({ via }) => via.at(-1) === start.id);
		if (home) return isFirstOf(home.via, nodes) ? [cycleProblem(start, home)] : [];
		ways = ways.flatMap(({ path, via }) => {
			const reached = via.at(-1) ?? "";
			if (seen.has(reached)) return [];
			seen.add(reached);
			return nodes.get(reached)?.links.map(({ to }) => ({ path, via: [...via, to] })) ?? [];
		});
	}
	return [];
}

const isFirstOf = ([first, ...others]: readonly string[], nodes: ReadonlyMap<string, Node>): boolean =>
	[...nodes.keys()].find((id) => id === first || others.includes(id)) === first;

const cycleProblem = ({ id }: Node, { path, via }: { path: Path; via: readonly string[] }): WorkspaceProblem => ({
	kind: "segment",
	id,
	path,
	wrong: `it contains itself: ${via.join(" → ")}`,
	right: "conditions that do not lead back to it",
});

/** Only of segments without cycles. One that is not there counts as one condition. */
function wholeOf(id: string, nodes: ReadonlyMap<string, Node>, known: Map<string, Whole>): Whole {
	const found = known.get(id);
	const node = nodes.get(id);
	if (found || !node) return found ?? { depth: 0, conditions: 1, hasAccount: false };
	const inner = node.links.map(({ to }) => wholeOf(to, nodes, known));
	const whole = {
		depth: Math.max(0, ...inner.map(({ depth }) => depth + 1)),
		conditions: node.leaves - inner.length + inner.reduce((sum, { conditions }) => sum + conditions, 0),
		hasAccount: node.accounts.length > 0 || inner.some(({ hasAccount }) => hasAccount),
	};
	known.set(id, whole);
	return whole;
}

/** What is too much already in an inner segment is told there only. */
function judge(node: Node, whole: (id: string) => Whole): WorkspaceProblem[] {
	const { conditions } = whole(node.id);
	const at = (path: Path, wrong: string, right: string): WorkspaceProblem => ({
		kind: "segment",
		id: node.id,
		path,
		wrong,
		right,
	});
	const tooDeep = node.links.filter(({ to }) => whole(to).depth === MAX_SEGMENT_DEPTH);
	const isTooMuch = conditions > MAX_CONDITIONS && node.links.every(({ to }) => whole(to).conditions <= MAX_CONDITIONS);
	const nested = [
		...node.accounts.filter((path) => path.indexOf("account") < path.length - 1),
		...node.links.filter(({ to, isOfUsers }) => isOfUsers && whole(to).hasAccount).map(({ path }) => path),
	];
	return [
		...tooDeep.map(({ path }) =>
			at(path, `${MAX_SEGMENT_DEPTH + 1} segments stand within one another`, `at most ${MAX_SEGMENT_DEPTH}`),
		),
		...(isTooMuch
			? [at(["when"], `it has ${conditions} conditions, with those of other segments`, `at most ${MAX_CONDITIONS}`)]
			: []),
		...nested.map((path) => at(path, "it asks for the accounts of an account's users", "conditions without `account`")),
	];
}
