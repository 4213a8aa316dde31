import { archivedEvent } from "#adapters/aws/athena/archived-event.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { openDataFolder } from "#local/data-folder.ts";
import { openStores } from "#local/stores.ts";
import { cut } from "#test/support/deal.ts";

/** All that a server kept of the events. */
export async function archiveOf({ url, adminToken }: { url: string; adminToken: string }): Promise<SourcedEvent[]> {
	const answer = await fetch(`${url}/v1/query`, {
		method: "POST",
		headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
		body: JSON.stringify({ sql: "SELECT * FROM events ORDER BY message_id" }),
	});
	const { columns, rows } = (await answer.json()) as { columns: { name: string }[]; rows: string[][] };
	return rows.map((row) => archivedEvent(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))));
}

/** Puts events on the bus of a server that does not run yet, as the collector would: it begins with them. */
export async function fillQueues(
	dataFolder: string,
	rows: readonly SourcedEvent[],
	now = () => new Date(),
): Promise<void> {
	const stores = await openStores({ folder: openDataFolder(dataFolder), env: {}, ownUrl: () => "", now });
	const entries = cut(rows, 50).map((some, n) => ({
		source: "tutti.collect",
		detailType: "EventsCollected",
		detail: {
			version: 1,
			batchId: `replay-${n}`,
			source: "server",
			receivedAt: now().toISOString(),
			types: [...new Set(some.map(({ type }) => type))],
			names: [...new Set(some.flatMap(({ event }) => event ?? []))],
			events: some.map(({ source: _, ...event }) => event),
		},
	}));
	await stores.bus.publish(entries);
	await stores.close();
}
