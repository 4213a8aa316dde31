import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { Json } from "#domain/model/json.ts";
import type { ArchivedEvent } from "#domain/model/ports.ts";
import { sqlTime } from "./sql-time.ts";

/** The UTC day an archived event belongs to: that of its `receivedAt`, as `YYYY-MM-DD`. */
export const archiveDay = ({ event }: ArchivedEvent): string => event.receivedAt.slice(0, 10);

/** The row an event is kept as: the contract's columns, in its order, absent fields as null, objects as JSON text. */
export function toArchiveRow({ event, seedId, quarantined, omitted }: ArchivedEvent): ArchiveRow {
	return {
		message_id: event.messageId,
		type: event.type,
		event: event.event ?? null,
		name: event.name ?? null,
		category: event.category ?? null,
		source: event.source,
		user_id: event.userId ?? null,
		anonymous_id: event.anonymousId ?? null,
		group_id: event.groupId ?? null,
		previous_id: event.previousId ?? null,
		seed_id: seedId,
		timestamp: sqlTime(event.timestamp),
		original_timestamp: sqlTime(event.originalTimestamp),
		sent_at: sqlTime(event.sentAt),
		received_at: sqlTime(event.receivedAt),
		properties: jsonText(event.properties),
		traits: jsonText(event.traits),
		context: jsonText(event.context),
		integrations: jsonText(event.integrations),
		extra: jsonText(event.extra),
		flags: event.flags?.join(",") || null,
		quarantined: quarantined ?? null,
		omitted: omitted && omitted.length > 0 ? JSON.stringify(omitted) : null,
	};
}

const jsonText = (value: Json | undefined): string | null => (value === undefined ? null : JSON.stringify(value));
