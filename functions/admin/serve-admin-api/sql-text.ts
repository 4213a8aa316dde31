/**
 * A text as an SQL literal, in words both DuckDB and Athena understand: a quote is doubled, and nothing else is special
 * between quotes. Throws a `RangeError` for a text with a NUL character, which no engine takes and no event has.
 */
export function sqlText(text: string): string {
	if (text.includes("\u0000")) throw new RangeError("SQL text cannot hold the NUL character");
	return `'${text.replaceAll("'", "''")}'`;
}
