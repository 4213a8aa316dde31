import { describe, expect, it } from "vitest";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import type { QuarantinedEvent } from "#domain/validate/ports.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const held = (messageId: string, receivedAt: string): QuarantinedEvent => ({
	event: {
		messageId,
		type: "track",
		event: "Seen",
		context: {},
		source: "web",
		...happenedAt(receivedAt),
	},
	batchId: "b-1",
	reason: "no_usable_identifier",
	violations: [],
});

describe("itemQuarantine", () => {
	it("lists what was received on a day, newest first, page by page", async () => {
		const quarantine = itemQuarantine({ items: memoryItemStore() });
		const [early, late] = [held("m-1", "2026-01-01T08:00:00.000Z"), held("m-2", "2026-01-01T09:00:00.000Z")];
		await quarantine.hold([early, late, held("m-3", "2026-01-02T00:00:00.000Z")]);
		const { events, cursor } = await quarantine.list("2026-01-01", { limit: 1 });
		expect(events).toEqual([late]);
		expect(await quarantine.list("2026-01-01", { limit: 1, ...(cursor && { cursor }) })).toEqual({ events: [early] });
	});

	it("holds an event once, however often it comes", async () => {
		const quarantine = itemQuarantine({ items: memoryItemStore() });
		const event = held("m-1", "2026-01-01T08:00:00.000Z");
		await quarantine.hold([event]);
		await quarantine.hold([{ ...event, reason: "unprocessable" }]);
		expect((await quarantine.list("2026-01-01")).events).toEqual([event]);
	});
});
