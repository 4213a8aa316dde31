import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { startEngine, viewEvents } from "#adapters/embedded/duckdb/engine.ts";
import { type DuckdbSql, duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import {
	type FileArchive,
	type FileIdentityArchive,
	fileArchive,
	fileIdentityArchive,
} from "#adapters/embedded/files/archive.ts";
import type { ArchivedEvent, ArchivedIdentity } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The folder of the day of `anArchivedEvent`. */
export const DAY = "day=2026-03-04";
/** After every day that a test knows: all files are closed. */
export const LAST_DAY = "9999-12-31";

export type OpenedArchives = {
	readonly archive: FileArchive;
	readonly identityArchive: FileIdentityArchive;
	readonly sql: DuckdbSql;
};

/** What a process opens in a folder; `rotateAt` 1 makes a file of each store. */
export async function openArchives(folder: string, rotateAt?: number): Promise<OpenedArchives> {
	const options = { folder, ...(rotateAt !== undefined && { rotateAt }) };
	const archive = await fileArchive(options);
	const identityArchive = await fileIdentityArchive(options);
	return {
		archive,
		identityArchive,
		sql: duckdbSql({ archive, identityArchive, temporaryFolder: join(folder, "spill") }),
	};
}

/** Packs whatever can be packed, and answers how many files that were. */
export async function packAll(sql: DuckdbSql): Promise<number> {
	let packed = 0;
	while (await sql.packOne(LAST_DAY)) packed++;
	return packed;
}

/** Stores each by itself, with a file for each two or three of them, of which every second is packed. */
export async function storeHalfPacked(
	{ archive, identityArchive, sql }: OpenedArchives,
	events: readonly ArchivedEvent[],
	changes: readonly ArchivedIdentity[],
): Promise<void> {
	for (const event of events) await archive.store([event]);
	for (const change of changes) await identityArchive.store([change]);
	let [left, packed] = [events.length + changes.length, 0];
	while (left-- > (events.length + changes.length) / 2 && (await sql.packOne(LAST_DAY))) packed++;
	if (packed === 0 && events.length > 0) throw new Error("nothing was packed");
}

/** Every row that is in the files, also those that the view leaves out, as the files' own words. */
export async function everyRow({ archive }: Pick<OpenedArchives, "archive">, columns = "*"): Promise<unknown[][]> {
	const instance = await startEngine([archive.folder], mkdtempSync(join(archive.folder, "..", "spill-")));
	const connection = await instance.connect();
	try {
		await archive.read((files) => viewEvents(connection, files));
		return (await connection.runAndReadAll(`SELECT ${columns} FROM tutti.archived`)).getRowsJson();
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

/** The same in a folder of its own, which goes when it is closed. */
export async function openFolder(rotateAt?: number) {
	const { folder, remove } = temporaryFolder();
	const opened = await openArchives(folder, rotateAt);
	const close = async () => {
		await opened.sql.close();
		remove();
	};
	return { ...opened, folder, close };
}

/** The names of what lies in the folder of the day of `anArchivedEvent`. */
export const filesOf = (folder: string): string[] => readdirSync(join(folder, "events", DAY)).sort();
export const someEvents = (count: number): ArchivedEvent[] => Array.from({ length: count }, () => anArchivedEvent());
/** Their message ids, sorted. */
export const idsOf = (events: readonly ArchivedEvent[]): string[] => events.map(({ event }) => event.messageId).sort();
