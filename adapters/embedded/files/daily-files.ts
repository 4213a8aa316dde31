import { appendFile, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Archive } from "#domain/model/ports.ts";
import { breathe } from "../event-loop.ts";
import type { ArchiveFile } from "./archive-file.ts";
import { dayFolders, filesOfDay, following, isPacked, putInPlace, tidyDay, unfinishedOf } from "./day-folders.ts";
import { gate } from "./gate.ts";
import { lentFiles } from "./lent-files.ts";
import { repairLastLine } from "./lines.ts";

/** A file is closed when the next rows would make it larger than this, in bytes. So much is packed at once, in memory. */
const ROTATE_AT = 16 * 1024 * 1024;
/**
 * How long rows wait for who reads, in milliseconds. Most queries are done by then; for a longer one a new file is begun, so
 * that no event waits for it.
 */
const READERS_WAITED_FOR = 250;
/** Days whose newest file is remembered; more come only with a backfill, and are looked up again. */
const DAYS_REMEMBERED = 100;

/** How one thing is kept: the UTC day it belongs to (`YYYY-MM-DD`), and the columns of its line. */
type Form<Kept> = { readonly dayOf: (kept: Kept) => string; readonly rowOf: (kept: Kept) => object };

/** What packs the archive's files asks of it. */
export type PackableFiles = {
	/** Where the days lie: `day=YYYY-MM-DD/000001.ndjson`, `….parquet`. */
	readonly folder: string;
	/** The files that hold rows and will hold no more: all but the newest of each day from `today` (`YYYY-MM-DD`) on. */
	closed(today: string): Promise<readonly string[]>;
	/**
	 * Puts the file that `write` makes of a closed one in its place, at a moment when nobody reads. `write` runs beside readers and
	 * writers, and answers whether it has written it; what it throws is thrown here. Unless it has, nothing changes.
	 */
	pack(path: string, write: (into: string) => Promise<boolean>): Promise<boolean>;
};

export type DailyFiles<Kept> = Archive<Kept> &
	PackableFiles & {
		/** Runs `work` while nothing is written to these files: they have no half-written line, and stay as they are. */
		read<T>(work: (files: readonly ArchiveFile[]) => Promise<T>): Promise<T>;
	};

/**
 * An archive as NDJSON files in `folder`, a folder for each UTC day, one row a line, until they are packed. Makes its folder, and
 * cuts off lines that a killed process left half written. What is stored survives the death of the process, though not of the
 * machine. One process at a time may have the folder.
 */
export async function dailyFiles<Kept>(
	{ folder, rotateAt = ROTATE_AT }: { readonly folder: string; readonly rotateAt?: number | undefined },
	form: Form<Kept>,
): Promise<DailyFiles<Kept>> {
	const access = gate();
	const files = gate();
	const lent = lentFiles();
	const newest = new Map<string, ArchiveFile>();
	const packing = new Set<string>();
	let filesBegun = 0;
	let allPacked: string | undefined;
	await mkdir(folder, { recursive: true });
	for (const dayFolder of await dayFolders(folder)) await repairDay(dayFolder);

	const newestOf = async (dayFolder: string): Promise<ArchiveFile> => {
		await mkdir(dayFolder, { recursive: true });
		const path = (await filesOfDay(dayFolder)).at(-1) ?? join(dayFolder, "000001.ndjson");
		const isClosed = isPacked(path) || packing.has(path);
		return isClosed ? { path: following(path), size: 0 } : { path, size: await repairLastLine(path) };
	};

	/** Appends whole lines. After a failure the file is looked at again, which cuts off what was half written. */
	const append = async (day: string, lines: Buffer): Promise<void> => {
		const file = newest.get(day) ?? (await newestOf(join(folder, `day=${day}`)));
		newest.delete(day);
		const fits = file.size === 0 || (file.size + lines.length <= rotateAt && !lent.has(file.path));
		const { path, size } = fits ? file : { path: following(file.path), size: 0 };
		await appendFile(path, lines);
		if (size === 0) filesBegun++;
		if (newest.size >= DAYS_REMEMBERED) newest.clear();
		newest.set(day, { path, size: size + lines.length });
	};

	return {
		folder,
		async store(kept) {
			if (kept.length === 0) return;
			const days = await linesByDay(kept, form);
			await lent.allBack(READERS_WAITED_FOR);
			await files.exclusive(async () => {
				for (const [day, lines] of days) await append(day, lines);
			});
		},
		read: (work) =>
			access.shared(() => lent.lend(() => files.exclusive(async () => await sized(await filesIn(folder))), work)),
		async closed(today) {
			const seen = `${filesBegun} files, ${today}`;
			if (allPacked === seen) return [];
			const closed = await access.shared(() => closedIn(folder, today));
			allPacked = closed.length === 0 ? seen : undefined;
			return closed;
		},
		async pack(path, write) {
			try {
				await files.exclusive(async () => {
					packing.add(path);
					newest.clear();
				});
				const isWritten = await write(unfinishedOf(path));
				if (isWritten) await access.exclusive(() => files.exclusive(() => putInPlace(path)));
				return isWritten;
			} finally {
				packing.delete(path);
				await rm(unfinishedOf(path), { force: true });
			}
		},
	};
}

async function repairDay(dayFolder: string): Promise<void> {
	await tidyDay(dayFolder);
	for (const path of await filesOfDay(dayFolder)) if (!isPacked(path)) await repairLastLine(path);
}

async function filesIn(folder: string): Promise<string[]> {
	return (await Promise.all((await dayFolders(folder)).map(filesOfDay))).flat();
}

const sized = (paths: readonly string[]): Promise<ArchiveFile[]> =>
	Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));

async function closedIn(folder: string, today: string): Promise<string[]> {
	const days = (await dayFolders(folder)).map(async (dayFolder) => {
		const files = await filesOfDay(dayFolder);
		return dayFolder < join(folder, `day=${today}`) ? files : files.slice(0, -1);
	});
	return (await Promise.all(days)).flat().filter((path) => !isPacked(path));
}

async function linesByDay<Kept>(all: readonly Kept[], { dayOf, rowOf }: Form<Kept>): Promise<Map<string, Buffer>> {
	const days = new Map<string, string[]>();
	for (const kept of all) {
		await breathe();
		const day = dayOf(kept);
		// the day becomes a folder's name
		if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new TypeError("what is to be archived has no time in ISO 8601");
		const lines = days.get(day) ?? [];
		days.set(day, lines);
		lines.push(`${JSON.stringify(rowOf(kept))}\n`);
	}
	return new Map([...days].map(([day, lines]) => [day, Buffer.from(lines.join(""))]));
}
