import { expect, it } from "vitest";
import * as z from "zod";
import { source } from "#contracts/definitions/source.ts";
import { storedSource } from "#contracts/definitions/stored-source.ts";

/** Without what is said for people. */
const shapeOf = (schema: z.core.$ZodType, io: "input" | "output"): unknown =>
	JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io })), (key, value) =>
		key === "description" && typeof value === "string" ? undefined : value,
	);

it.each(["input", "output"] as const)("what the collector takes for a source is what may be applied (%s)", (io) => {
	expect(shapeOf(storedSource, io)).toEqual(shapeOf(source, io));
	expect(JSON.stringify(shapeOf(source, io))).toContain("perSecond");
});
