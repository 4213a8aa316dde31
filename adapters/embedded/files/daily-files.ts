import { appendFile, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Archive } from "#domain/model/ports.ts";
import { breathe } from "../event-loop.ts";
import { gate } from "./gate.ts";
import { repairLastLine } from "./lines.ts";

/** A file is closed when the next rows would make it larger than this, in bytes. */
const ROTATE_AT = 64 * 1024 * 1024;
/** Days whose newest file is remembered; more come only with a backfill, and are looked up again. */
const DAYS_REMEMBERED = 100;

/** A file of the archive, with its size in bytes. */
export type ArchiveFile = { readonly path: string; readonly size: number };

/** How one thing is kept: the UTC day it belongs to (`YYYY-MM-DD`), and the columns of its line. */
type Form<Kept> = { readonly dayOf: (kept: Kept) => string; readonly rowOf: (kept: Kept) => object };

export type DailyFiles<Kept> = Archive<Kept> & {
	/** Where the days lie: `day=YYYY-MM-DD/000001.ndjson`. */
	readonly folder: string;
	/** Runs `work` while nothing is written: what it reads of these files has no half-written line. */
	read<T>(work: (files: readonly ArchiveFile[]) => Promise<T>): Promise<T>;
};

/**
 * An archive as NDJSON files in `folder`, a folder for each UTC day, one row a line. Makes its folder, and cuts off lines
 * that a killed process left half written. What is stored survives the death of the process, though not of the machine.
 * One process at a time may have the folder.
 */
export async function dailyFiles<Kept>(
	{ folder, rotateAt = ROTATE_AT }: { readonly folder: string; readonly rotateAt?: number | undefined },
	form: Form<Kept>,
): Promise<DailyFiles<Kept>> {
	const access = gate();
	const newest = new Map<string, ArchiveFile>();
	await mkdir(folder, { recursive: true });
	for (const path of await archivePaths(folder)) await repairLastLine(path);

	/** Appends whole lines. After a failure the file is looked at again, which cuts off what was half written. */
	const append = async (day: string, lines: Buffer): Promise<void> => {
		const file = newest.get(day) ?? (await newestOf(folder, day));
		newest.delete(day);
		const fits = file.size === 0 || file.size + lines.length <= rotateAt;
		const { path, size } = fits ? file : { path: following(file.path), size: 0 };
		await appendFile(path, lines);
		if (newest.size >= DAYS_REMEMBERED) newest.clear();
		newest.set(day, { path, size: size + lines.length });
	};

	return {
		folder,
		async store(kept) {
			if (kept.length === 0) return;
			const days = await linesByDay(kept, form);
			await access.exclusive(async () => {
				for (const [day, lines] of days) await append(day, lines);
			});
		},
		read: (work) =>
			access.shared(async () => {
				const paths = await archivePaths(folder);
				return await work(await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size }))));
			}),
	};
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

async function newestOf(folder: string, day: string): Promise<ArchiveFile> {
	const dayFolder = join(folder, `day=${day}`);
	await mkdir(dayFolder, { recursive: true });
	const names = (await readdir(dayFolder)).filter(isArchiveFile).sort();
	const path = join(dayFolder, names.at(-1) ?? "000001.ndjson");
	return { path, size: await repairLastLine(path) };
}

const following = (path: string): string =>
	path.replace(/\d{6}(?=\.ndjson$)/, (digits) => String(Number(digits) + 1).padStart(6, "0"));

const isArchiveFile = (name: string): boolean => /^\d{6}\.ndjson$/.test(name);

async function archivePaths(folder: string): Promise<string[]> {
	const days = (await readdir(folder)).filter((name) => /^day=\d{4}-\d\d-\d\d$/.test(name)).sort();
	const files = await Promise.all(
		days.map(async (day) =>
			(await readdir(join(folder, day)))
				.filter(isArchiveFile)
				.sort()
				.map((name) => join(folder, day, name)),
		),
	);
	return files.flat();
}
