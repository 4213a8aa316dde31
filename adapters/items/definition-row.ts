import type { DefinitionOf, Kind } from "#contracts/definitions/catalogue.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import type { Applied } from "#domain/model/definitions.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** A definition's row. One that was removed stays, without a definition: what comes back goes on with its versions. */
export type Row = {
	readonly kind: Kind;
	readonly id: string;
	readonly version: number;
	readonly at: string;
	readonly by: string;
	readonly definition?: Definition["definition"];
};

/** A kind of definition and the shape that a stored one is read with, a zod schema. */
export type Shaped = {
	readonly kind: Kind;
	readonly schema: { safeParse(stored: unknown): { readonly success: boolean; readonly data?: unknown } };
};

/** Every row of one kind, of what was removed too. */
export async function rowsOf(items: ItemStore, shaped: Shaped): Promise<Row[]> {
	const rows: Row[] = [];
	const { pk } = keys.definition(shaped.kind, "");
	for await (const item of everyItem(items, { pk })) rows.push(rowOf(shaped, item));
	return rows;
}

/**
 * Read with today's schema, so that what an older Tutti wrote has today's defaults. Throws when today's Tutti does not
 * understand it: better nothing moves than by half a workspace.
 */
export function rowOf({ kind, schema }: Shaped, { sk, id = sk, version, at, by, definition }: Item): Row {
	const row = { kind, id, version, at, by } as Row; // as `rowWrites` wrote it
	if (typeof definition !== "string") return row;
	const parsed = schema.safeParse(JSON.parse(definition));
	if (!parsed.success)
		throw new Error(`the stored ${kind} ${row.id} is not one that this version of Tutti understands`);
	return { ...row, definition: parsed.data as NonNullable<Row["definition"]> }; // the kind's own schema read it
}

/** What is in force of one kind, among rows that may be of others and of what was removed. */
export function appliedOf<K extends Kind>(rows: readonly Row[], kind: K): Applied<DefinitionOf<K>>[] {
	return rows.flatMap(({ definition, version, at, ...row }) =>
		// the kind says which definition it is
		row.kind === kind && definition ? [{ ...(definition as DefinitionOf<K>), version, appliedAt: at }] : [],
	);
}
