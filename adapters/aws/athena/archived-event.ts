import type { ArchiveColumn } from "#contracts/archive/columns.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";

type Row = { readonly [column in ArchiveColumn]?: Json };

/** The event that a row of the archive, as SQL answers it, was made of: the inverse of `toArchiveRow`. */
export function archivedEvent(row: Row): SourcedEvent {
	// what is in the archive was a collected event; only its absent fields have to go
	return withoutNulls({
		messageId: row.message_id,
		type: row.type,
		event: row.event,
		name: row.name,
		category: row.category,
		source: row.source,
		userId: row.user_id,
		anonymousId: row.anonymous_id,
		groupId: row.group_id,
		previousId: row.previous_id,
		properties: parsed(row.properties),
		traits: parsed(row.traits),
		context: parsed(row.context) ?? {},
		integrations: parsed(row.integrations),
		timestamp: row.timestamp,
		originalTimestamp: row.original_timestamp,
		sentAt: row.sent_at,
		receivedAt: row.received_at,
		flags: typeof row.flags === "string" ? row.flags.split(",") : null,
		extra: parsed(row.extra),
	}) as SourcedEvent;
}

const parsed = (value: Json | undefined): Json => (typeof value === "string" ? (JSON.parse(value) as Json) : null);

const withoutNulls = (fields: { readonly [name: string]: Json | undefined }): object =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
