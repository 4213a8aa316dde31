import type * as z from "zod";
import { destination } from "./destination.ts";
import { identity } from "./identity.ts";
import { segment } from "./segment.ts";
import { source } from "./source.ts";
import { trackingPlan } from "./tracking-plan.ts";
import { trait } from "./trait.ts";

/** Every kind of definition, the folder of `workspace/` it lives in (`identity` is one file), and its shape. */
export const KINDS = {
	source: { folder: "sources", schema: source },
	"tracking-plan": { folder: "tracking-plans", schema: trackingPlan },
	identity: { folder: ".", schema: identity },
	trait: { folder: "traits", schema: trait },
	segment: { folder: "segments", schema: segment },
	destination: { folder: "destinations", schema: destination },
} as const satisfies Record<string, { folder: string; schema: z.ZodType }>;

export type Kind = keyof typeof KINDS;
export type DefinitionOf<K extends Kind> = z.infer<(typeof KINDS)[K]["schema"]>;
