import * as z from "zod";
import { KINDS, type Kind } from "../definitions/catalogue.ts";
import { jsonValue } from "./json.ts";

export const kind = z.enum(Object.keys(KINDS) as [Kind, ...Kind[]]); // the keys of a literal

/** A definition and what kind it is: what stands in a file of the workspace. */
const definition = z.discriminatedUnion("kind", [
	z.strictObject({ kind: z.literal("source"), definition: KINDS.source.schema }),
	z.strictObject({ kind: z.literal("tracking-plan"), definition: KINDS["tracking-plan"].schema }),
	z.strictObject({ kind: z.literal("identity"), definition: KINDS.identity.schema }),
	z.strictObject({ kind: z.literal("trait"), definition: KINDS.trait.schema }),
	z.strictObject({ kind: z.literal("segment"), definition: KINDS.segment.schema }),
	z.strictObject({ kind: z.literal("destination"), definition: KINDS.destination.schema }),
]);

/** The body of `POST /v1/definitions/plan` and `/apply`. */
export const definitionsRequest = z.strictObject({
	definitions: z.array(definition).max(2000),
	prune: z.boolean().default(false).describe("Whether what is in force and not among these is to go."),
});

const inForce = z.object({
	kind,
	definition: z.looseObject({ id: z.string() }).describe("As it was applied; of a secret write key only the hash."),
	version: z.number().int(),
	appliedAt: z.string(),
	appliedBy: z.string(),
});

/** The answer of `GET /v1/definitions`. */
export const definitionsAnswer = z.object({
	edition: z.number().int().describe("Grows with every application that changed something."),
	definitions: z.array(inForce),
});

/** The answer of `GET /v1/definitions/{kind}/{id}`: what is in force, and which versions there were, newest first. */
export const definitionAnswer = inForce.extend({
	versions: z.array(z.object({ version: z.number().int(), at: z.string(), by: z.string(), removed: z.boolean() })),
});

/** What planning, applying, putting and deleting answer: what would change, or did. */
export const planAnswer = z.object({
	applied: z.boolean(),
	changes: z.array(
		z.object({
			kind,
			id: z.string(),
			change: z.enum(["created", "changed", "removed", "unchanged"]),
			differences: z.array(z.object({ path: z.string(), from: jsonValue.optional(), to: jsonValue.optional() })),
		}),
	),
});

export type DefinitionsRequest = z.infer<typeof definitionsRequest>;
export type PlanAnswer = z.infer<typeof planAnswer>;
