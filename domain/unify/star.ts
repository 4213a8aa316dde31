import type { CollectedEvent, SourcedEvent } from "#domain/model/event.ts";
import type { SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";
import { edgeKey, endsOf } from "./evidence.ts";
import type { KnownEdge, KnownNode } from "./ports.ts";
import { earliest, latest } from "./times.ts";

/** An event with its identifiers, strongest first: at least one. */
export type Identified = {
	readonly event: SourcedEvent;
	readonly identifiers: readonly [SeededIdentifier, ...SeededIdentifier[]];
};

/**
 * What events say about who is who: their identifiers, and an edge from the strongest to each other one (a star).
 * Events with the same identifiers are one star, with the earliest time of them all.
 */
export type Star = {
	readonly cause: { readonly messageId: string; readonly source: string };
	/** The strongest first. */
	readonly nodes: readonly [KnownNode, ...KnownNode[]];
	readonly edges: readonly KnownEdge[];
};

/**
 * The stars of a batch of events, each once, those with the most identifiers first. An identifier alone is no star of
 * its own when it is in another one.
 */
export function gatherStars(events: readonly Identified[]): Star[] {
	const nodes = new Map<SeedId, KnownNode>();
	const edges = new Map<string, KnownEdge>();
	const kinds = new Map<string, Identified>();
	for (const { event, identifiers } of events) {
		for (const seen of identifiers) nodes.set(seen.id, mergeNodes(nodes.get(seen.id), nodeOf(seen, event)));
		for (const edge of edgesOf(event, identifiers)) edges.set(edgeKey(edge), earlier(edges.get(edgeKey(edge)), edge));
		kinds.set(identifiers.map(({ id }) => id).join(" "), { event, identifiers });
	}
	const connected = new Set([...edges.values()].flatMap(({ a, b }) => [a, b]));
	return [...kinds.values()]
		.filter(({ identifiers: [strongest, ...others] }) => others.length > 0 || !connected.has(strongest.id))
		.map(({ event, identifiers }) => ({
			cause: { messageId: event.messageId, source: event.source },
			// all that an event of the batch carries was put in above
			nodes: identifiers.map(({ id }) => nodes.get(id)) as unknown as Star["nodes"],
			edges: edgesOf(event, identifiers).map((edge) => edges.get(edgeKey(edge)) ?? edge),
		}))
		.sort((x, y) => y.nodes.length - x.nodes.length);
}

/** Both sightings of one identifier as one: the earlier first, the later last, all sources. */
export function mergeNodes(known: KnownNode | undefined, seen: KnownNode): KnownNode {
	if (!known) return seen;
	return {
		...known,
		firstSeen: earliest(known.firstSeen, seen.firstSeen),
		lastSeen: latest(known.lastSeen, seen.lastSeen),
		sources: [...new Set([...known.sources, ...seen.sources])].sort(),
	};
}

/** The earlier sighting of one edge; of two at the same time the one with the smaller messageId. What was said of it stays. */
export function earlier(known: KnownEdge | undefined, seen: KnownEdge): KnownEdge {
	if (!known) return seen;
	const order = compareText(seen.firstSeen, known.firstSeen) || compareText(seen.messageId, known.messageId);
	return order < 0 ? { ...seen, ...(known.verdict && { verdict: known.verdict }) } : known;
}

const nodeOf = (identifier: SeededIdentifier, event: SourcedEvent): KnownNode => ({
	...identifier,
	firstSeen: event.timestamp,
	lastSeen: dayOf(event),
	sources: [event.source],
});

const dayOf = ({ timestamp }: CollectedEvent): string => timestamp.slice(0, 10);

function edgesOf(event: SourcedEvent, [strongest, ...others]: Identified["identifiers"]): KnownEdge[] {
	const { timestamp: firstSeen, messageId, source } = event;
	return others.map(({ id }) => ({ ...endsOf(strongest.id, id), firstSeen, messageId, source }));
}
