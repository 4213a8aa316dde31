import type { SourcedEvent } from "#domain/model/event.ts";
import { cut } from "#test/support/deal.ts";
import { embeddedBacking } from "./backing.ts";
import { type Snapshot, snapshotOf } from "./check/snapshot.ts";
import { openWorld } from "./open-world.ts";
import { tell } from "./story.ts";

/**
 * What a world without any fault makes of these events: they come in the order in which they were received, one envelope after
 * the other, and at the end it is as late as it was in the other world, or minutes later where that went faster.
 */
export async function quietWorld(events: readonly SourcedEvent[], seed: number, endsAt: number): Promise<Snapshot> {
	const inOrder = events.toSorted((x, y) => (x.receivedAt < y.receivedAt ? -1 : 1));
	const firstAt = Math.min(endsAt, ...inOrder.map(({ receivedAt }) => Date.parse(receivedAt)));
	const backing = await embeddedBacking(firstAt);
	try {
		const world = await openWorld({ seed, events: events.length, backing, isQuiet: true });
		for (const [n, some] of cut(inOrder, 25).entries()) {
			for (const [source, theirs] of Map.groupBy(some, (event) => event.source)) {
				const envelope = envelopeOf(`${n}-${source}`, source, theirs);
				await backing.bus.publish([{ source: "tutti.collect", detailType: "EventsCollected", detail: envelope }]);
			}
			await tell(world);
		}
		const late = endsAt - backing.time.now();
		await backing.time.pass(Math.max(0, late));
		await tell(world);
		return await snapshotOf(world);
	} finally {
		await backing.close();
	}
}

const envelopeOf = (batchId: string, source: string, events: readonly SourcedEvent[]) => ({
	version: 1,
	batchId,
	source,
	receivedAt: events[0]?.receivedAt ?? "",
	types: [...new Set(events.map(({ type }) => type))],
	names: [...new Set(events.flatMap(({ event }) => event ?? []))],
	events: events.map(({ source: _, ...event }) => event),
});
