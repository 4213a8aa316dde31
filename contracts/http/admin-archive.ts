import * as z from "zod";
import { jsonValue } from "./json.ts";
import { seenEvent } from "./profiles.ts";

/** The body of `POST /v1/query`: one statement that only reads, over `events`, `identities` and `identity_changes`. */
export const queryRequest = z.strictObject({
	sql: z.string().min(1).max(100_000),
	maxRows: z.number().int().min(1).max(10_000).default(1000),
});

export const queryAnswer = z.object({
	columns: z.array(z.object({ name: z.string(), type: z.string() })),
	rows: z.array(z.array(jsonValue)),
	scannedBytes: z.number(),
});

/** The answer of `GET /v1/events`: newest first; `cursor` is what `after` takes to get only what came since. */
export const eventsAnswer = z.object({ events: z.array(seenEvent), cursor: z.string() });

export type QueryAnswer = z.infer<typeof queryAnswer>;
export type EventsAnswer = z.infer<typeof eventsAnswer>;
