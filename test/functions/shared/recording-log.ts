import type { Log } from "#functions/shared/log.ts";

export type LogLine = {
	readonly level: keyof Log;
	readonly message: string;
	readonly fields: Record<string, unknown>;
};

/** A log that keeps its lines, so that a test can say what was logged and, above all, what was not. */
export function recordingLog(): Log & { readonly lines: LogLine[] } {
	const lines: LogLine[] = [];
	const at =
		(level: keyof Log) =>
		(message: string, fields: Record<string, unknown> = {}) => {
			lines.push({ level, message, fields });
		};
	return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}
