import type { DuckDBConnection } from "@duckdb/node-api";
import { SqlRefused } from "#domain/model/ports.ts";

/**
 * Table functions a query may call. The others read files or change the engine (`enable_logging()` is a SELECT too), or
 * run a text as a query, past this check.
 */
const TABLE_FUNCTIONS: ReadonlySet<unknown> = new Set(["generate_series", "json_each", "json_tree", "range", "unnest"]);

/** What a query reads, as far as it matters here. */
export type ReadPlan = { readonly tables: ReadonlySet<string> /** Sorted as a whole. */; readonly isOrdered: boolean };

/**
 * Checks, in the engine's own parse of it, that a text is one query that does nothing but read. Nothing of it is run.
 * Throws `SqlRefused` with what is wrong.
 */
export async function selectOnly(connection: DuckDBConnection, sql: string): Promise<ReadPlan> {
	const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [sql]);
	const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as Parsed; // the function's documented answer
	if (parsed.error) {
		const isOther = parsed.error_type === "not implemented";
		throw new SqlRefused(isOther ? "only one SELECT statement may be run here" : parsed.error_message);
	}
	if (parsed.statements.length !== 1)
		throw new SqlRefused(`give one SELECT statement, not ${parsed.statements.length}`);

	const tables = new Set<string>();
	for (const node of nodesOf(parsed.statements)) {
		if (node.type === "BASE_TABLE" && typeof node.table_name === "string") tables.add(node.table_name.toLowerCase());
		if (node.type === "TABLE_FUNCTION") refuseUnlessAllowed(node);
	}
	return { tables, isOrdered: isSorted(parsed.statements[0]) };
}

type Parsed =
	| { readonly error: true; readonly error_type: string; readonly error_message: string }
	| { readonly error: false; readonly statements: readonly unknown[] };

/** Whether an ORDER BY stands at the very end, and no LIMIT beside it, for which not everything need be read. */
function isSorted(statement: unknown): boolean {
	const query = isNode(statement) ? statement.node : undefined;
	const modifiers = isNode(query) && Array.isArray(query.modifiers) ? query.modifiers.filter(isNode) : [];
	return modifiers.length === 1 && modifiers[0]?.type === "ORDER_MODIFIER";
}

type Node = { readonly [field: string]: unknown };

function refuseUnlessAllowed({ function: called }: Node): void {
	const name = isNode(called) ? called.function_name : undefined;
	if (!TABLE_FUNCTIONS.has(name)) throw new SqlRefused(`the table function ${String(name)} may not be called here`);
}

/** Every object of a parse tree. A list to do rather than recursion: how deep a query nests is its writer's choice. */
function* nodesOf(tree: unknown): Generator<Node> {
	const todo = [tree];
	while (todo.length > 0) {
		const next = todo.pop();
		if (Array.isArray(next)) todo.push(...next);
		else if (isNode(next)) {
			yield next;
			todo.push(...Object.values(next));
		}
	}
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
