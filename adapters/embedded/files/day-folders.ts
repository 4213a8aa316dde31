import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const DAY_FOLDER = /^day=\d{4}-\d\d-\d\d$/;
const ARCHIVE_FILE = /^(\d{6})\.(ndjson|parquet)$/;
const UNFINISHED = /^\d{6}\.parquet\.new$/;

/** Whether a file's rows are packed (Parquet), so that nothing is appended to it any more. */
export const isPacked = (path: string): boolean => path.endsWith(".parquet");

/** Where a file's rows are put while they are packed: under a name that nobody reads. */
export const unfinishedOf = (path: string): string => path.replace(/\.ndjson$/, ".parquet.new");

/** The file of rows that comes after one, whichever way that is written. */
export const following = (path: string): string =>
	path.replace(/(\d{6})\.\w+$/, (_, digits: string) => `${String(Number(digits) + 1).padStart(6, "0")}.ndjson`);

/** The days there are in an archive's folder, oldest first; a path each. */
export async function dayFolders(folder: string): Promise<string[]> {
	return (await readdir(folder))
		.filter((name) => DAY_FOLDER.test(name))
		.sort()
		.map((name) => join(folder, name));
}

/** One day's files, oldest first: of each number one, which is the packed file where a crash has left both. */
export async function filesOfDay(dayFolder: string): Promise<string[]> {
	const files = new Map<string, string>();
	// "ndjson" comes before "parquet"
	for (const name of (await readdir(dayFolder)).sort()) {
		const [, number] = ARCHIVE_FILE.exec(name) ?? [];
		if (number !== undefined) files.set(number, join(dayFolder, name));
	}
	return [...files.values()];
}

/**
 * Removes what a process left that died while it was packing: files that were not packed to their end, and rows that stand in a packed
 * file, too. Only while nobody else has the folder.
 */
export async function tidyDay(dayFolder: string): Promise<void> {
	const names = await readdir(dayFolder);
	const packed = new Set(names.filter((name) => ARCHIVE_FILE.test(name) && isPacked(name)));
	const isLeft = (name: string) =>
		UNFINISHED.test(name) ||
		(ARCHIVE_FILE.test(name) && packed.has(name.replace(/\.ndjson$/, ".parquet")) && !isPacked(name));
	for (const name of names.filter(isLeft)) await rm(join(dayFolder, name));
}

/**
 * Puts the finished file in place of the rows it was made of. At each moment, also when the machine loses power, all rows are there
 * whole: what is packed is on the disk before it has its name, and has its name on the disk before the rows go.
 */
export async function putInPlace(path: string): Promise<void> {
	const unfinished = unfinishedOf(path);
	await sync(unfinished);
	await rename(unfinished, path.replace(/\.ndjson$/, ".parquet"));
	await sync(join(path, ".."));
	await rm(path);
}

async function sync(path: string): Promise<void> {
	const handle = await open(path, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
