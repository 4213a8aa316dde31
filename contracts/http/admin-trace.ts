import * as z from "zod";

/** The steps an event takes, in the order of the flow. */
const TRACE_STEPS = ["collected", "archived", "processed", "quarantined", "segments", "deliveries"] as const;

/** One step: whether it happened to this event, when (where that is known), and what came of it in words and ids. */
const traceStep = z.object({
	step: z.enum(TRACE_STEPS),
	done: z.boolean(),
	at: z.string().optional(),
	detail: z.string().optional(),
	/** Ids that lead on: a profile, a segment, a delivery. */
	links: z.array(z.object({ kind: z.enum(["profile", "segment", "delivery"]), id: z.string() })),
});

/** The answer of `GET /v1/trace/{messageId}`: where did this event go. */
export const traceAnswer = z.object({ messageId: z.string(), steps: z.array(traceStep) });

export type TraceStep = z.infer<typeof traceStep>;
export type TraceAnswer = z.infer<typeof traceAnswer>;
