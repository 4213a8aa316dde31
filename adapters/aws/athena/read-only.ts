/** What a semicolon or a word may stand in without meaning anything: texts, quoted names, comments. */
const QUIET = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/**
 * Why a text is not one query that only reads; undefined when it is. All that Athena's engine can do beside reading
 * starts with another word. The function's rights stand behind this: they let it write nowhere but to its own results.
 */
export function whyNotReadOnly(sql: string): string | undefined {
	const words = sql.replace(QUIET, (quiet) => (/^['"]/.test(quiet) ? "''" : " ")).trim();
	const statement = words.replace(/;$/, "").trim();
	if (statement === "") return "there is no query";
	if (statement.includes(";")) return "give one SELECT statement, not several";
	if (!/^(?:\(\s*)*(?:select|with)\b/i.test(statement)) return "only one SELECT statement may be run here";
	return undefined;
}
