import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Statement = { Action?: string | string[] };

/**
 * The emulator asks for a permission `sqs:SendMessageBatch`, which AWS does not know: there a batch needs what a single
 * message needs. So in the templates of a synthesised app whoever may send one may send many, and nothing else changes.
 */
export async function allowBatches(assembly: string): Promise<void> {
	for (const name of await readdir(assembly)) {
		if (!name.endsWith(".template.json")) continue;
		const file = join(assembly, name);
		const template: unknown = JSON.parse(await readFile(file, "utf8"), (_key, value: Statement) => {
			const actions = typeof value?.Action === "string" ? [value.Action] : value?.Action;
			if (!Array.isArray(actions) || !actions.includes("sqs:SendMessage")) return value;
			return { ...value, Action: [...actions, "sqs:SendMessageBatch"] };
		});
		await writeFile(file, JSON.stringify(template));
	}
}
