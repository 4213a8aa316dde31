import type { DuckDBConnection } from "@duckdb/node-api";
import { IDENTITIES_VIEW, IDENTITY_CHANGES } from "#contracts/archive/identity-changes.ts";
import { SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import { SqlRefused } from "#domain/model/ports.ts";
import { refuseUnlessHarmless } from "./harmless-functions.ts";

/**
 * Table functions a query may call. The others read files or change the engine (`enable_logging()` is a SELECT too), or
 * run a text as a query, past this check.
 */
const TABLE_FUNCTIONS: ReadonlySet<unknown> = new Set(["generate_series", "json_each", "json_tree", "range", "unnest"]);

/**
 * What there is to read. Any other name is one of the engine's own tables, which tell of settings and paths, or that of a
 * file, which the engine would look for.
 */
const READABLE: ReadonlySet<string> = new Set(["events", IDENTITIES_VIEW, IDENTITY_CHANGES, SAMPLED_EVENTS]);

/** What a query reads, as far as it matters here. */
export type ReadPlan = { readonly tables: ReadonlySet<string> /** Sorted as a whole. */; readonly isOrdered: boolean };

/**
 * Checks, in the engine's own parse of it, that a text is one query that does nothing but read what the archive shows.
 * Nothing of it is run. Throws `SqlRefused` with what is wrong.
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
	for (const { node, named } of nodesOf(parsed.statements)) {
		if (node.type === "BASE_TABLE") tables.add(readableTable(node, named));
		if (node.type === "TABLE_FUNCTION") refuseUnlessAllowed(node);
		else refuseUnlessHarmless(node);
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
type Names = ReadonlySet<string>;

function refuseUnlessAllowed({ function: called }: Node): void {
	const name = isNode(called) ? called.function_name : undefined;
	if (!TABLE_FUNCTIONS.has(name)) throw new SqlRefused(`the table function ${String(name)} may not be called here`);
}

/** The name of a table that a query may read: one that is shown, or one of its own (WITH). */
function readableTable({ table_name, schema_name, catalog_name }: Node, named: Names): string {
	const name = String(table_name).toLowerCase();
	const isQualified = schema_name !== "" || catalog_name !== "";
	if (!isQualified && named.has(name)) return name;
	const isOurs = (schema_name === "" || schema_name === "main") && (catalog_name === "" || catalog_name === "memory");
	if (isOurs && READABLE.has(name)) return name;
	throw new SqlRefused(`there is no table ${name} to read here: there are ${[...READABLE].join(", ")}`);
}

/**
 * Every object of a parse tree, with the names that WITH gives to queries there. A list to do rather than recursion: how
 * deep a query nests is its writer's choice.
 */
function* nodesOf(tree: unknown): Generator<{ readonly node: Node; readonly named: Names }> {
	const todo: { readonly tree: unknown; readonly named: Names }[] = [{ tree, named: new Set() }];
	for (let next = todo.pop(); next; next = todo.pop()) {
		const { tree: node, named } = next;
		if (Array.isArray(node)) todo.push(...node.map((each: unknown) => ({ tree: each, named })));
		else if (isNode(node)) {
			yield { node, named };
			const within = withNames(node, named);
			// what a table function's call is made of was looked at with it
			const parts = node.type === "TABLE_FUNCTION" ? partsOfCall(node) : Object.values(node);
			todo.push(...parts.map((each) => ({ tree: each, named: within })));
		}
	}
}

const partsOfCall = ({ function: called, ...rest }: Node): unknown[] => [
	...Object.values(rest),
	...(isNode(called) ? Object.values(called) : []),
];

/** The names in force below a node. */
function withNames({ cte_map }: Node, named: Names): Names {
	const entries = isNode(cte_map) && Array.isArray(cte_map.map) ? cte_map.map.filter(isNode) : [];
	return entries.length === 0 ? named : new Set([...named, ...entries.map(({ key }) => String(key).toLowerCase())]);
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
