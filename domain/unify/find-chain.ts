import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";
import { edgeKey, isSeen, otherEnd, verdictOn } from "./evidence.ts";
import type { IdentityGraph, KnownEdge } from "./ports.ts";
import { findPlaces } from "./read-profile.ts";

/** Edges that are read of one identifier at most: a page of the store, and twice what makes it a hub. */
const MAX_EDGES = 1000;

/** Identifiers whose edges one search reads at most: two profiles of the largest size. */
const MAX_READ = 1000;

/** The edges of identifiers, each identifier read once however often it is asked for. */
export type EdgeReader = (id: SeedId) => Promise<readonly KnownEdge[]>;

export function edgeReader(graph: Pick<IdentityGraph, "edgesOf">): EdgeReader {
	const read = new Map<SeedId, Promise<readonly KnownEdge[]>>();
	return (id) => {
		const edges = read.get(id) ?? graph.edgesOf(id, MAX_EDGES);
		read.set(id, edges);
		return edges;
	};
}

export type Chain =
	| { readonly kind: "found"; readonly edges: readonly KnownEdge[] }
	/** Nothing links them, not even what is not followed. */
	| { readonly kind: "none" }
	/** There is more evidence around them than one look can take in, and no chain in what was seen of it. */
	| { readonly kind: "too large" };

export type ChainDeps = { readonly graph: Pick<IdentityGraph, "look" | "records">; readonly edgesOf: EdgeReader };

/**
 * The edges that lead from one identifier to another, in their order: those with the fewest steps from one profile into
 * another, and of these about the shortest. It goes through all of a profile before it leaves it. Two identifiers of
 * one profile are linked by edges inside of it.
 *
 * A hub does not know all who were seen with it, only they do. So where no way leads there, one is looked for from the
 * other end, to whatever was found from this one.
 */
export async function findChain(from: SeedId, to: SeedId, deps: ChainDeps): Promise<Chain> {
	const here = new Search(from, deps);
	const ended = await here.goUntil((id) => id === to);
	if (ended.kind === "met") return { kind: "found", edges: here.wayTo(to) };

	const there = new Search(to, deps);
	const met = await there.goUntil((id) => here.came.has(id));
	if (met.kind === "met") return { kind: "found", edges: [...here.wayTo(met.at), ...there.wayTo(met.at).reverse()] };
	return { kind: ended.kind === "none" || met.kind === "none" ? "none" : "too large" };
}

/** What a search knows so far: how it came to each identifier, and where it goes on. */
class Search {
	/** The edge that led to an identifier; none to the first. */
	readonly came = new Map<SeedId, KnownEdge | undefined>();
	private readonly places = new Map<SeedId, ProfileId>();
	private readonly deps: ChainDeps;
	private wave: readonly SeedId[];
	private crossing: Step[] = [];
	private read = 0;
	private isCut = false;

	constructor(from: SeedId, deps: ChainDeps) {
		this.deps = deps;
		this.wave = [from];
		this.came.set(from, undefined);
	}

	/** Goes on until it comes to such an identifier, or to its end. */
	async goUntil(
		isThere: (id: SeedId) => boolean,
	): Promise<{ readonly kind: "met"; readonly at: SeedId } | { readonly kind: "none" | "too large" }> {
		for (;;) {
			const at = this.wave.find(isThere);
			if (at !== undefined) return { kind: "met", at };
			const step = await this.step();
			if (step !== "goes on") return { kind: step };
		}
	}

	/** Takes the edges of all identifiers of the wave. */
	private async step(): Promise<"goes on" | "none" | "too large"> {
		if (this.wave.length === 0) return this.isCut ? "too large" : "none";
		if (this.read + this.wave.length > MAX_READ) return "too large";
		this.read += this.wave.length;
		const steps = await this.stepsFromWave();
		await this.locate([...this.wave, ...steps.map(({ to }) => to)]);
		const inside = steps.filter(({ at, to }) => this.places.get(at) === this.places.get(to));
		this.crossing.push(...steps.filter((step) => !inside.includes(step)));
		this.wave = this.take(inside);
		if (this.wave.length === 0) {
			this.wave = this.take(this.crossing);
			this.crossing = [];
		}
		return "goes on";
	}

	wayTo(to: SeedId): KnownEdge[] {
		const edge = this.came.get(to);
		return edge ? [...this.wayTo(otherEnd(edge, to)), edge] : [];
	}

	private async stepsFromWave(): Promise<Step[]> {
		const read = await Promise.all(this.wave.map(async (at) => ({ at, edges: await this.deps.edgesOf(at) })));
		this.isCut ||= read.some(({ edges }) => edges.length >= MAX_EDGES);
		return read
			.flatMap(({ at, edges }) => edges.filter(links).map((edge) => ({ at, edge, to: otherEnd(edge, at) })))
			.filter(({ to }) => !this.came.has(to))
			.sort((x, y) => compareText(x.edge.firstSeen, y.edge.firstSeen) || compareText(edgeKey(x.edge), edgeKey(y.edge)));
	}

	private async locate(ids: readonly SeedId[]): Promise<void> {
		const unknown = [...new Set(ids)].filter((id) => !this.places.has(id));
		if (unknown.length === 0) return;
		const places = await findPlaces(unknown, this.deps.graph);
		for (const id of unknown) this.places.set(id, places.get(id)?.profileId ?? id);
	}

	/** The identifiers these steps lead to for the first time. */
	private take(steps: readonly Step[]): SeedId[] {
		return steps.flatMap(({ to, edge }) => {
			if (this.came.has(to)) return [];
			this.came.set(to, edge);
			return [to];
		});
	}
}

/** Whether an edge says that two identifiers belong together: to deny it, or to take it back, does not. */
const links = (edge: KnownEdge): boolean => isSeen(edge) || verdictOn(edge) === "allow";

type Step = { readonly at: SeedId; readonly to: SeedId; readonly edge: KnownEdge };
