import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const state = z.object({ now: z.iso.datetime(), isLoaded: z.boolean() });

/** Whether the demo shop is to be loaded, and as of when: a load that was cut short is done again, with the same events. */
export type DemoPlan =
	| { readonly load: false }
	| { readonly load: true; readonly now: Date; begin(): void; done(): void };

/** Looks into a data folder before it is opened. A folder in which an event was archived is not empty. */
export function planDemo(dataFolder: string, now: Date): DemoPlan {
	const file = join(dataFolder, "demo.json");
	const begun = existsSync(file) ? state.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
	if (begun?.isLoaded || (!begun && holdsEvents(dataFolder))) return { load: false };
	const at = begun?.now ?? now.toISOString();
	const write = (isLoaded: boolean) => writeFileSync(file, `${JSON.stringify({ now: at, isLoaded })}\n`);
	return { load: true, now: new Date(at), begin: () => write(false), done: () => write(true) };
}

function holdsEvents(dataFolder: string): boolean {
	const archive = join(dataFolder, "archive");
	return existsSync(archive) && readdirSync(archive).length > 0;
}
