import { randomUUID } from "node:crypto";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { ArchivedEvent } from "#domain/model/ports.ts";

/** A track event as it goes to the archive, with an id nobody else has. */
export function anArchivedEvent(fields: Partial<SourcedEvent> = {}, seedId: string = randomUUID()): ArchivedEvent {
	return {
		seedId,
		event: {
			messageId: randomUUID(),
			type: "track",
			event: "Product Viewed",
			source: "web",
			userId: "u-1",
			anonymousId: "a-1",
			properties: { sku: "shoe-1", price: 59.5 },
			context: { library: { name: "test" } },
			timestamp: "2026-03-04T23:59:58.000Z",
			originalTimestamp: "2026-03-04T23:59:57.000Z",
			sentAt: "2026-03-04T23:59:58.999Z",
			receivedAt: "2026-03-04T23:59:59.999Z",
			...fields,
		},
	};
}
