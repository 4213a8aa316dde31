import { SqlRefused } from "#domain/model/ports.ts";

type Node = { readonly [field: string]: unknown };

/** Functions that tell of the engine and its machine, write to its log, or do nothing but take its time. */
const NOT_FOR_QUERIES: ReadonlySet<unknown> = new Set([
	...["current_setting", "getvariable", "write_log", "parse_duckdb_log_message", "sleep_ms", "pg_sleep"],
	...["nextval", "currval", "in_search_path", "current_query", "stats"],
]);

/**
 * Functions that make something as large as a number says, and where the number stands among what they are given. What
 * they make is not counted by the engine's memory limit, and cannot be interrupted while it is made (seen with DuckDB
 * 1.5: `repeat('x', 1000000000)` went on for 24 seconds after it was to stop).
 */
const GROWING: ReadonlyMap<unknown, readonly number[]> = new Map([
	["repeat", [1]],
	["lpad", [1]],
	["rpad", [1]],
	["left_pad", [1]],
	["right_pad", [1]],
	["list_resize", [1]],
	["array_resize", [1]],
	["bitstring", [1]],
	["range", [0, 1, 2]],
	["generate_series", [0, 1, 2]],
]);
/** Functions whose first argument says how wide to make something. */
const FORMATTING: ReadonlySet<unknown> = new Set(["printf", "format"]);
/** In a query there are few places for them, so this is megabytes at most. */
const LARGEST = 10_000;

/**
 * Throws `SqlRefused` for a call that is not for queries here. A function that makes something large may only be told by
 * a plain number how large, and may neither be given what another one made nor be called for each element of a list.
 * (`FROM range(…)` makes rows one after the other, which the engine can count and stop.)
 *
 * It cannot be complete: `replace` makes gigabytes of two long texts. `guardMemory` and the operating system stand behind it.
 */
export function refuseUnlessHarmless(node: Node): void {
	if (node.class === "LAMBDA" && grows(node)) throw new SqlRefused("nothing may grow for each element of a list");
	if (node.class !== "FUNCTION") return;
	const name = String(node.function_name).toLowerCase();
	if (NOT_FOR_QUERIES.has(name)) throw new SqlRefused(`the function ${name} may not be called here`);
	if (FORMATTING.has(name) && !isNarrow(node))
		throw new SqlRefused(`${name} may be given only a plain and narrow format`);
	const sizes = GROWING.get(name);
	if (!sizes || !Array.isArray(node.children)) return;
	const given: readonly unknown[] = node.children;
	const isSmall = sizes.every((at) => at >= given.length || sizeOf(given[at]) <= LARGEST);
	if (!isSmall || given.some(grows)) {
		throw new SqlRefused(
			`${name} may be told only by a number up to ${LARGEST} how much to make, and not of what grew`,
		);
	}
}

/** Whether a format is a plain text without widths of five digits and more, or such that stand among the arguments. */
function isNarrow({ children }: Node): boolean {
	const [first]: readonly unknown[] = Array.isArray(children) ? children : [];
	const text = isNode(first) && first.class === "CONSTANT" && isNode(first.value) ? first.value.value : undefined;
	return typeof text === "string" && !/\d{5}|\*|\{[^}]*\{/.test(text);
}

/** A plain number, or one with a minus, which the parser makes a call of. */
function sizeOf(argument: unknown): number {
	if (!isNode(argument)) return Number.POSITIVE_INFINITY;
	if (argument.class === "FUNCTION" && argument.function_name === "-" && Array.isArray(argument.children)) {
		return argument.children.length === 1 ? sizeOf(argument.children[0]) : Number.POSITIVE_INFINITY;
	}
	const value = argument.class === "CONSTANT" && isNode(argument.value) ? argument.value.value : undefined;
	return typeof value === "number" ? Math.abs(value) : Number.POSITIVE_INFINITY;
}

/** Whether anything in it makes something large. */
function grows(argument: unknown): boolean {
	return /"function_name":"(?:repeat|[lr]pad|(?:left|right)_pad|(?:list|array)_resize|bitstring|range|generate_series)"/i.test(
		JSON.stringify(argument),
	);
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
