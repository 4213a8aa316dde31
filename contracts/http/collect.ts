import * as z from "zod";
import { REJECTIONS, type RejectionCode } from "./collect-codes.ts";
import { eventType, sentEvent } from "./events.ts";

/** The body of `POST /v1/batch`, `/v1/import` and `/beacon/v1/batch`: up to 2,500 events in up to 500 KB. */
export const sentBatch = z.looseObject({
	batch: z.array(sentEvent.extend({ type: eventType })).max(2500),
	context: z.record(z.string(), z.json()).nullish().describe("Merged into each event's; the event's own fields win."),
	integrations: z.record(z.string(), z.json()).nullish().describe("Merged likewise."),
	sentAt: z.union([z.string(), z.number()]).nullish(),
	writeKey: z.string().optional(),
});

const rejectionCodes = Object.keys(REJECTIONS) as [RejectionCode, ...RejectionCode[]]; // keys of a literal object

const rejection = z.object({
	index: z.number().int().nonnegative().describe("Which event of the request, from 0."),
	messageId: z.string().nullable().describe("As it was sent, up to 100 characters; null when it was not."),
	code: z.enum(rejectionCodes),
	reason: z.string(),
	path: z.string().describe("The field that is wrong, with dots between the levels; empty for the event itself."),
});

export type Rejection = z.infer<typeof rejection>;

/** The answer of every collecting call: what was accepted is safe on the bus. */
export const collectAnswer = z.object({
	success: z.literal(true),
	accepted: z.number().int().nonnegative(),
	rejected: z.array(rejection),
});

export type CollectAnswer = z.infer<typeof collectAnswer>;
