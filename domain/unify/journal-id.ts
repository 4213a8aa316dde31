import type { ProfileId } from "#domain/model/identifier.ts";

/** The id of a journal entry: the cluster that tells of it and the version the change gave that cluster. */
export const journalIdOf = ({ id, version }: { readonly id: ProfileId; readonly version: number }): string =>
	`${id}.${version}`;

/** The inverse of `journalIdOf`; undefined for what is no such id. */
export function readJournalId(journalId: string): { readonly id: ProfileId; readonly version: number } | undefined {
	const [, id = "", version = ""] = /^(.{1,100})\.([1-9]\d{0,7})$/.exec(journalId) ?? [];
	return id === "" ? undefined : { id: id as ProfileId, version: Number(version) }; // whether there is one, the store knows
}
