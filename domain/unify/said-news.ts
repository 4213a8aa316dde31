import type { SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import type { Asking, Said } from "./decision.ts";
import { edgeKey, NEVER, type Statement } from "./evidence.ts";
import type { News } from "./news.ts";
import type { ChangeCause, KnownEdge, KnownNode } from "./ports.ts";
import { latest } from "./times.ts";
import type { View } from "./view.ts";

/** Why the graph changes, where a person said something. */
export const causeOfSaid = ({ decision, about, undoes }: Said, { by, reason }: Asking): ChangeCause => ({
	...{ kind: "decision", decision, by, about },
	...(reason !== undefined && { reason }),
	...(undoes !== undefined && { undoes }),
});

export type Telling = {
	readonly cause: ChangeCause;
	readonly statement: Omit<Statement<unknown>, "says">;
};

/** What is said, as news to the graph; of one identifier at least that is no hub. One that nobody ever saw begins to be known with it. */
export function newsOfSaid(said: Said, read: Pick<View, "nodes" | "edges">, { cause, statement }: Telling): News {
	const [first] = said.identifiers;
	const nodes = said.identifiers.map((identifier): KnownNode => {
		const known = read.nodes.get(identifier.id) ?? unseen(identifier);
		const isMeant = said.block !== undefined && identifier.id === first?.id;
		return isMeant ? { ...known, blocked: { says: said.block ?? false, ...statement } } : known;
	});
	const edges = said.edges.map((edge): KnownEdge => {
		const { a, b, says } = edge;
		const known = read.edges.get(edgeKey(edge)) ?? { a, b, firstSeen: NEVER, messageId: "", source: "" };
		return { ...known, verdict: { says, ...statement } };
	});
	const isAside = (node: KnownNode) => node.hub === true && said.block === undefined;
	const concerned = nodes.filter((node) => !isAside(node));
	return {
		cause,
		center: concerned[0]?.id ?? ("" as SeedId), // there is one at least
		nodes: concerned,
		edges,
		touched: new Set(concerned.map(({ id }) => id)),
		hubs: new Set(nodes.filter(isAside).map(({ id }) => id)),
		stopped: new Set(said.block && first ? [first.id] : []),
		turns: true,
	};
}

const unseen = (identifier: SeededIdentifier): KnownNode => ({
	...identifier,
	firstSeen: NEVER,
	lastSeen: "",
	sources: [],
});

/** Now, or later than all that was said of the same before, so that the last word is the last. */
export function sayingTime(said: Said, { nodes, edges }: View, now: Date): string {
	const before = [
		...said.identifiers.map(({ id }) => nodes.get(id)?.blocked?.at ?? ""),
		...said.edges.map((edge) => edges.get(edgeKey(edge))?.verdict?.at ?? ""),
	].reduce(latest, "");
	return before < now.toISOString() ? now.toISOString() : new Date(Date.parse(before) + 1).toISOString();
}

/** The same as two statements, each of about half of the edges. */
export function inTwo({ edges, identifiers, ...said }: Said): Said[] {
	const half = Math.ceil(edges.length / 2);
	return [edges.slice(0, half), edges.slice(half)].map((some) => {
		const ends = new Set(some.flatMap(({ a, b }) => [a, b]));
		return { ...said, edges: some, identifiers: identifiers.filter(({ id }) => ends.has(id)), about: [...ends] };
	});
}
