import * as z from "zod";
import { jsonValue } from "./json.ts";
import { provenance } from "./profiles.ts";

/** What an account's answer may hold beside its id. Asked for by `?include=`, separated by commas. */
export const ACCOUNT_PARTS = ["traits", "provenance"] as const;

const time = z.string().describe("ISO 8601, UTC.");

/**
 * The answer of `GET /v1/accounts/{groupId}`. How many members it has is not said: they are not counted one by one for each
 * look, and a person may be a member by several identifiers. Whoever needs the number reads the list of members.
 */
export const accountAnswer = z.object({
	groupId: z.string(),
	traits: z.record(z.string(), jsonValue).optional().describe("Of each the last said by event time."),
	provenance: z.record(z.string(), provenance).optional().describe("For each trait: where its value comes from."),
	firstSeen: time.describe("When the first group call named it."),
	lastSeen: time,
});

/**
 * The answer of `GET /v1/accounts/{groupId}/members`: in no order that means something. Somebody who is a member by several
 * identifiers stands once on a page, and may stand on another page again.
 */
export const accountMembersAnswer = z.object({
	members: z.array(
		z.object({
			profileId: z.string(),
			since: time.describe("When the first group call showed it, of those on this page."),
		}),
	),
	cursor: z.string().optional().describe("Present while there may be more."),
});

export type AccountAnswer = z.infer<typeof accountAnswer>;
export type AccountMembersAnswer = z.infer<typeof accountMembersAnswer>;
