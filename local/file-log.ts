import { createWriteStream } from "node:fs";
import type { Log } from "#functions/shared/log.ts";

export type FileLog = Log & { readonly close: () => Promise<void> };

/** A log of JSON lines at the end of a file. What a person needs to see is printed elsewhere; this is for looking into things. */
export function fileLog(path: string, now: () => Date): FileLog {
	const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
	const line =
		(level: string) =>
		(message: string, fields: Record<string, unknown> = {}) => {
			// what was thrown has a place that is called `at`, too
			stream.write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
		};
	return {
		info: line("info"),
		warn: line("warn"),
		error: line("error"),
		close: () => new Promise((resolve) => stream.end(resolve)),
	};
}
