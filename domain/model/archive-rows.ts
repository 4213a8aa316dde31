import { EVENT_TYPES, type EventFlag, type SourcedEvent } from "./event.ts";
import type { SeedId } from "./identifier.ts";
import type { Json, JsonObject } from "./json.ts";

/** The columns of the view `events`, in the order in which `archivedEventIn` takes them. */
export const EVENT_COLUMNS = [
	"message_id",
	"type",
	"event",
	"name",
	"category",
	"source",
	"user_id",
	"anonymous_id",
	"group_id",
	"previous_id",
	"seed_id",
	"timestamp",
	"original_timestamp",
	"sent_at",
	"received_at",
	"properties",
	"traits",
	"context",
	"integrations",
	"extra",
	"flags",
	"omitted",
] as const;
export type EventColumn = (typeof EVENT_COLUMNS)[number];

/** All columns as a SELECT names them. */
export const eventColumns = (): string => EVENT_COLUMNS.map((column) => `"${column}"`).join(", ");

/** The condition on a row of `events` that its event went on to a profile. What was set aside counts nowhere. */
export const WENT_ON = "quarantined IS NULL";

/** An event as it went on to its profile, and the seed id it was folded under. */
export type ArchivedPast = { readonly event: SourcedEvent; readonly seedId: SeedId };

const SEED_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The event that a row with `EVENT_COLUMNS` was made of, without what its tracking plan
 * took off when it came. Ask for rows that are `WENT_ON`. Undefined for a row that is none of ours (whoever wrote it, it folds into no profile) and for one without a seed id.
 */
export function archivedEventIn(row: readonly Json[]): ArchivedPast | undefined {
	const [messageId, type, event, name, category, source, userId, anonymousId, groupId, previousId, seedId, ...rest] =
		row.map((value) => (typeof value === "string" ? value : undefined));
	const [timestamp, originalTimestamp, sentAt, receivedAt, properties, traits, context, integrations, extra, ...end] =
		rest;
	const [flags, omitted] = end;
	const takenOff = omittedIn(omitted);
	const known = EVENT_TYPES.find((each) => each === type);
	if (!known || !messageId || !source || !receivedAt || !timestamp || !seedId || !SEED_ID.test(seedId))
		return undefined;
	return {
		seedId: seedId as SeedId, // checked just before
		event: {
			messageId,
			type: known,
			source,
			timestamp,
			originalTimestamp: originalTimestamp ?? timestamp,
			sentAt: sentAt ?? receivedAt,
			receivedAt,
			context: objectIn(context) ?? {},
			...said({ event, name, category, userId, anonymousId, groupId, previousId }),
			...said({
				properties: without(takenOff("properties"), objectIn(properties)),
				traits: without(takenOff("traits"), objectIn(traits)),
			}),
			...said({ integrations: objectIn(integrations), extra: objectIn(extra) }),
			// written by `toArchiveRow` from an event's own flags
			...(flags !== undefined && { flags: flags.split(",") as EventFlag[] }),
		},
	};
}

/** The names of the fields that were taken off, by what they stood in: a path has the whole name after the first dot. */
function omittedIn(json: string | undefined): (root: "properties" | "traits") => ReadonlySet<string> {
	if (json === undefined) return () => NONE;
	const paths = JSON.parse(json) as readonly string[]; // written by `toArchiveRow`
	return (root) => new Set(paths.flatMap((path) => (path.startsWith(`${root}.`) ? [path.slice(root.length + 1)] : [])));
}
const NONE: ReadonlySet<string> = new Set();

function without(names: ReadonlySet<string>, object: JsonObject | undefined): JsonObject | undefined {
	if (object === undefined || names.size === 0) return object;
	return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function said<T extends object>(fields: T): Said<T> {
	// fromEntries forgets the names; only undefined values are left out
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>;
}

/** A column that holds an object as JSON. */
function objectIn(text: string | undefined): JsonObject | undefined {
	if (text === undefined) return undefined;
	const value = JSON.parse(text) as Json; // the archive's own writer made it of JSON
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
