import { describe, expect, it } from "vitest";
import { recentEvents } from "#adapters/embedded/files/recent-events.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../../archived-events.ts";

/** What the collector publishes of these messages. */
const collected = (...messageIds: string[]): BusEntry => ({
	source: "tutti.collect",
	detailType: "EventsCollected",
	detail: {
		source: "web",
		events: messageIds.map((messageId) => {
			const { source: _, ...event } = anArchivedEvent({ messageId }).event;
			return event;
		}),
	},
});
const idsOf = (events: readonly SourcedEvent[]) => events.map(({ messageId }) => messageId);

describe("recentEvents", () => {
	it("has the latest first, with their source", async () => {
		const recent = recentEvents();
		recent.hear([collected("a", "b"), collected("c")]);
		const { events } = await recent.since(undefined, 10);
		expect(idsOf(events)).toEqual(["c", "b", "a"]);
		expect(events[0]).toMatchObject({ source: "web", type: "track", event: "Product Viewed" });
	});

	it("gives after a cursor what came since, and nothing twice", async () => {
		const recent = recentEvents();
		recent.hear([collected("a")]);
		const first = await recent.since(undefined, 10);
		expect((await recent.since(first.cursor, 10)).events).toEqual([]);
		recent.hear([collected("b", "c")]);
		const second = await recent.since(first.cursor, 10);
		expect(idsOf(second.events)).toEqual(["c", "b"]);
		expect((await recent.since(second.cursor, 10)).events).toEqual([]);
	});

	it("gives the latest when there are more than asked for", async () => {
		const recent = recentEvents();
		recent.hear([collected("a", "b", "c")]);
		expect(idsOf((await recent.since(undefined, 2)).events)).toEqual(["c", "b"]);
	});

	it("forgets all but the last thousand", async () => {
		const recent = recentEvents();
		const ids = Array.from({ length: 1500 }, (_, n) => `m${n}`);
		recent.hear([collected(...ids)]);
		expect(idsOf((await recent.since(undefined, 5000)).events)).toEqual(ids.slice(500).toReversed());
	});

	it.each(["", "x", "other.5", "NaN"])("takes the foreign cursor %j as none", async (cursor) => {
		const recent = recentEvents();
		recent.hear([collected("a")]);
		expect(idsOf((await recent.since(cursor, 10)).events)).toEqual(["a"]);
	});

	it("has nothing before the first event, and a cursor all the same", async () => {
		const recent = recentEvents();
		const { events, cursor } = await recent.since(undefined, 10);
		expect(events).toEqual([]);
		recent.hear([collected("a")]);
		expect(idsOf((await recent.since(cursor, 10)).events)).toEqual(["a"]);
	});

	it("keeps no other entries of the bus", async () => {
		const recent = recentEvents();
		recent.hear([{ source: "tutti.unify", detailType: "EventsProcessed", detail: { events: [{}] } }]);
		expect((await recent.since(undefined, 10)).events).toEqual([]);
	});

	it("tells subscribers each event as it comes, with a cursor that goes on after it, until they stop", async () => {
		const recent = recentEvents();
		const heard: { messageId: string; cursor: string }[] = [];
		const stop = recent.subscribe(({ messageId }, cursor) => heard.push({ messageId, cursor }));
		recent.hear([collected("a", "b")]);
		stop();
		recent.hear([collected("c")]);
		expect(heard.map(({ messageId }) => messageId)).toEqual(["a", "b"]);
		expect(idsOf((await recent.since(heard[0]?.cursor, 10)).events)).toEqual(["c", "b"]);
	});
});
