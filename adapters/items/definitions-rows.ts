import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import type { PastVersion, RegisteredDefinition } from "#domain/model/definition-register.ts";
import { type Row, rowOf, rowsOf } from "./definition-row.ts";
import { everyItem } from "./every-item.ts";
import type { ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

const ALL_KINDS = Object.keys(KINDS) as Kind[]; // the keys of a literal

/** Every row of every kind, of what was removed too. */
export async function readRows(items: ItemStore): Promise<Row[]> {
	const rows: Row[] = [];
	for (const kind of ALL_KINDS) rows.push(...(await rowsOf(items, { kind, ...KINDS[kind] })));
	return rows;
}

/** Every version a definition ever had, the newest first. */
export async function readVersions(items: ItemStore, kind: Kind, id: string): Promise<PastVersion[]> {
	const { pk } = keys.definitionVersion(kind, id, 0);
	const versions: PastVersion[] = [];
	for await (const item of everyItem(items, { pk, reverse: true })) {
		const { version, at, by, definition } = rowOf({ kind, ...KINDS[kind] }, item);
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
