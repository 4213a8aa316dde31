import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import type { Definition, PastVersion, RegisteredDefinition } from "#domain/model/definition-register.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
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

const ALL_KINDS = Object.keys(KINDS) as Kind[]; // the keys of a literal

/** Every row of every kind, of what was removed too. */
export async function readRows(items: ItemStore): Promise<Row[]> {
	const rows: Row[] = [];
	for (const kind of ALL_KINDS) {
		const { pk } = keys.definition(kind, "");
		for await (const item of everyItem(items, { pk })) rows.push(rowOf(kind, item));
	}
	return rows;
}

/** Every version a definition ever had, the newest first. */
export async function readVersions(items: ItemStore, kind: Kind, id: string): Promise<PastVersion[]> {
	const { pk } = keys.definitionVersion(kind, id, 0);
	const versions: PastVersion[] = [];
	for await (const item of everyItem(items, { pk, reverse: true })) {
		const { version, at, by, definition } = rowOf(kind, item);
		versions.push({ version, at, by, ...(definition && { definition }) });
	}
	return versions;
}

/** The two writes of a change: what is in force, and the version that is kept. */
export function rowWrites({ kind, id, definition, ...rest }: Row): Write[] {
	const held = { ...rest, ...(definition && { definition: JSON.stringify(definition) }) };
	return [
		{ kind: "put", item: { ...keys.definition(kind, id), ...held } },
		{
			kind: "put",
			item: { ...keys.definitionVersion(kind, id, rest.version), id, ...held },
			condition: { absent: true },
		},
	];
}

/** The row as what it says is in force; undefined for what was removed. */
export function registered({ kind, version, at, by, definition }: Row): RegisteredDefinition | undefined {
	if (!definition) return undefined;
	// the kind says which definition it is
	return { kind, definition, version, appliedAt: at, appliedBy: by } as RegisteredDefinition;
}

/**
 * Read with today's schema, so that what an older Tutti wrote has today's defaults. Throws when today's Tutti does not
 * understand it: better nothing moves than by half a workspace.
 */
function rowOf(kind: Kind, { sk, id = sk, version, at, by, definition }: Item): Row {
	const row = { kind, id, version, at, by } as Row; // as `rowWrites` wrote it
	if (typeof definition !== "string") return row;
	const parsed = KINDS[kind].schema.safeParse(JSON.parse(definition));
	if (!parsed.success)
		throw new Error(`the stored ${kind} ${row.id} is not one that this version of Tutti understands`);
	return { ...row, definition: parsed.data };
}
