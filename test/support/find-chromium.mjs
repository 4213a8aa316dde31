import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium: `TUTTI_CHROMIUM`, else the first of the usual names on the path. */
export function findChromium() {
	const named = process.env.TUTTI_CHROMIUM;
	if (named) return existsSync(named) ? named : undefined;
	const folders = (process.env.PATH ?? "").split(delimiter);
	return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}
