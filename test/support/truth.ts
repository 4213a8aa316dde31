import type { CollectedEvent } from "#domain/model/event.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { edgeKey } from "#domain/unify/evidence.ts";
import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import { gatherStars } from "#domain/unify/star.ts";

type Identifying = Parameters<typeof standardiseEvent>[1];

/** A person as the definition sees him: who he is, and which events are his. */
export type Person = {
	readonly profileId: ProfileId;
	/** Sorted. */
	readonly members: readonly SeedId[];
	/** Of each messageId one, however often it came. Sorted. */
	readonly messageIds: readonly string[];
};

/** Who everybody is and what each did, by the definition (`clusters`), from nothing but the events. In the order of ids. */
export function truthOf(events: readonly CollectedEvent[], identifying: Identifying): Person[] {
	const once = [...new Map(events.map((event) => [event.messageId, event])).values()];
	const ready = once.flatMap((event) => {
		const standard = standardiseEvent({ ...event, source: "web" }, identifying);
		return standard.kind === "ready" ? [standard] : [];
	});
	const stars = gatherStars(ready);
	const nodes = new Map(stars.flatMap((star) => star.nodes.map((node) => [node.id, node] as const)));
	const edges = new Map(stars.flatMap((star) => star.edges.map((edge) => [edgeKey(edge), edge] as const)));
	const found = clusters({ nodes: [...nodes.values()], edges: [...edges.values()] }, identifying.rules);

	const byStrongest = Map.groupBy(ready, ({ identifiers: [strongest] }) => strongest.id);
	return found
		.map(({ id, members }) => {
			const theirs = members.flatMap((member) => byStrongest.get(member) ?? []);
			return { profileId: id, members, messageIds: theirs.map(({ event }) => event.messageId).sort() };
		})
		.sort((x, y) => (x.profileId < y.profileId ? -1 : 1));
}
