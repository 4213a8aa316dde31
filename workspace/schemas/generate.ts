import { writeFileSync } from "node:fs";
import * as z from "zod";
import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";

/** The JSON Schema of each kind of definition, by its file's name: what an editor needs to help with the YAML. */
export function schemaFiles(): { readonly name: string; readonly text: string }[] {
	return Object.entries(KINDS).map(([kind, { schema }]) => ({
		name: `${kind as Kind}.json`,
		text: `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, "\t")}\n`,
	}));
}

if (import.meta.main) {
	for (const { name, text } of schemaFiles()) writeFileSync(new URL(name, import.meta.url), text);
}
