import { source } from "#contracts/definitions/source.ts";
import type { Definition } from "#domain/model/definition-register.ts";

/** What the reference traces are sent to: one source of browsers, no plan, no segments, no destinations. */
export const REFERENCE: readonly Definition[] = [
	{
		kind: "source",
		definition: source.parse({
			id: "web",
			key: { kind: "public", writeKey: "wk_reference_web", origins: ["*"] },
			rate: { perSecond: 1_000_000, burst: 1_000_000 },
		}),
	},
];
