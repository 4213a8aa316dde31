import type { SeenEvent } from "#contracts/http/profiles.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import type { Sql } from "#domain/model/ports.ts";

/** The archive's columns that reads show, in the order `seenRow` expects. */
const COLUMNS =
	"message_id, type, event, name, source, user_id, anonymous_id, timestamp, received_at, properties, traits, seed_id";

/** An archived event as reads show it, with the seed id of its strongest identifier. */
export type SeenRow = { readonly seen: SeenEvent; readonly seedId: string | undefined };

/** The archived events that meet a condition, those that happened last first: a batch of history comes in at one moment. `where` is ours, never a sender's: quote what is in it. */
export async function archivedEvents(sql: Sql, where: string, limit: number): Promise<SeenRow[]> {
	const { rows } = await sql.query(
		`SELECT ${COLUMNS} FROM events WHERE ${where} ORDER BY timestamp DESC, message_id DESC LIMIT ${limit}`,
		{ maxRows: limit },
	);
	return rows.map(seenRow);
}

function seenRow([
	id,
	type,
	event,
	name,
	source,
	userId,
	anonymousId,
	at,
	received,
	properties,
	traits,
	seed,
]: readonly Json[]): SeenRow {
	const seen: SeenEvent = {
		messageId: text(id) ?? "",
		type: text(type) ?? "",
		source: text(source) ?? "",
		timestamp: text(at) ?? "",
		receivedAt: text(received) ?? "",
		...present({ event: text(event), name: text(name), userId: text(userId), anonymousId: text(anonymousId) }),
		...present({ properties: parsed(properties), traits: parsed(traits) }),
	};
	return { seen, seedId: text(seed) };
}

/** An event of the live tail as reads show it. */
export const seenEvent = ({ messageId, type, source, timestamp, receivedAt, ...more }: SourcedEvent): SeenEvent => ({
	messageId,
	type,
	source,
	timestamp,
	receivedAt,
	...present({ event: more.event, name: more.name, userId: more.userId, anonymousId: more.anonymousId }),
	...present({ properties: more.properties, traits: more.traits }),
});

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined: JSON has no such thing. */
function present<T extends object>(fields: T): Present<T> {
	// fromEntries forgets the names; only undefined values are left out
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
const parsed = (value: Json | undefined): Json | undefined =>
	typeof value === "string" ? (JSON.parse(value) as Json) : undefined;
