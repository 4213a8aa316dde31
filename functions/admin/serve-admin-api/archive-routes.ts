import * as z from "zod";
import { type EventsAnswer, queryRequest } from "#contracts/http/admin-archive.ts";
import { type RecentEvents, type Sql, SqlRefused } from "#domain/model/ports.ts";
import { ok, refuse } from "./answer.ts";
import { page } from "./page.ts";
import { type Route, route } from "./route.ts";
import { seenEvent } from "./seen-events.ts";

export type ArchiveDeps = { readonly sql: Sql; readonly recentEvents: RecentEvents };

/** A function's answer has at most 6 MB, of which characters beyond ASCII take several bytes. */
const LARGEST_ANSWER = 5_000_000;

const tooLarge = refuse(
	400,
	"answer_too_large",
	"The answer would be larger than 5 MB: ask for fewer columns or rows, or add up in the query.",
);

export const archiveRoutes = ({ sql, recentEvents }: ArchiveDeps): Route[] => [
	route("POST /v1/query", {
		body: queryRequest,
		run: async ({ body }) => {
			try {
				const { columns, rows, scannedBytes } = await sql.query(body.sql, { maxRows: body.maxRows });
				const answer = ok({ columns, rows, scannedBytes });
				return (answer.body?.length ?? 0) > LARGEST_ANSWER ? tooLarge : answer;
			} catch (error) {
				if (error instanceof SqlRefused) return refuse(400, "query_refused", error.message);
				throw error;
			}
		},
	}),
	route("GET /v1/events", {
		query: z.strictObject({ limit: page.limit, after: page.cursor }),
		run: async ({ query }) => {
			const { events, cursor } = await recentEvents.since(query.after, query.limit);
			return ok({ events: events.map(seenEvent), cursor } satisfies EventsAnswer);
		},
	}),
];
