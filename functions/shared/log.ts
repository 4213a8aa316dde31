/**
 * Where a function says what it did. Fields carry ids, counts, codes and names of errors; nothing about a person, so
 * neither messages nor fields ever hold an identifier, a trait or the text of an error.
 */
export type Log = {
	info(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	error(message: string, fields?: Record<string, unknown>): void;
};

/**
 * What may be logged of something thrown: its name and the place it was thrown at. Its message may quote what somebody
 * sent, so it stays out.
 */
export function describeError(error: unknown): { readonly error: string; readonly at?: string } {
	if (!(error instanceof Error)) return { error: typeof error };
	const frames = error.stack?.replace(error.message, "").split("\n").slice(1) ?? [];
	const at = frames.find((line) => line.trimStart().startsWith("at "))?.trim();
	return at === undefined ? { error: error.name } : { error: error.name, at };
}
