import * as z from "zod";
import { type QuarantineAnswer, quarantineQuery } from "#contracts/http/admin-quarantine.ts";
import type { Quarantine } from "#domain/validate/ports.ts";
import { notFound, ok } from "./answer.ts";
import { type TraceDeps as FindDeps, findTraces } from "./find-traces.ts";
import { type Route, route } from "./route.ts";
import { seenEvent } from "./seen-events.ts";
import { traceOf } from "./trace-event.ts";

export type TraceDeps = FindDeps & { readonly quarantine: Quarantine };

/** As contracts/bus/events-collected.ts has it. */
const LONGEST_MESSAGE_ID = 100;
const traceQuery = z.strictObject({
	days: z.coerce.number().int().min(1).max(3650).default(90).describe("How far back to look in the archive."),
});

export const traceRoutes = (deps: TraceDeps): Route[] => [
	route("GET /v1/trace/*messageId", {
		query: traceQuery,
		run: async ({ path: { messageId = "" }, query: { days } }) => {
			const isPossible = messageId.length <= LONGEST_MESSAGE_ID && !messageId.includes("\u0000");
			const traces = isPossible ? await findTraces(messageId, days, deps) : undefined;
			return traces
				? ok(traceOf(traces))
				: notFound(`No event with this messageId came in during the last ${days} days.`);
		},
	}),
	route("GET /v1/quarantine", {
		query: quarantineQuery,
		run: async ({ query: { day = deps.now().toISOString().slice(0, 10), limit, cursor } }) => {
			const held = await deps.quarantine.list(day, { limit, ...(cursor !== undefined && { cursor }) });
			const answer: QuarantineAnswer = {
				day,
				events: held.events.map(({ event, batchId, reason, violations }) => ({
					event: seenEvent(event),
					batchId,
					reason,
					violations: [...violations],
				})),
				...(held.cursor !== undefined && { cursor: held.cursor }),
			};
			return ok(answer);
		},
	}),
];
