import { setTimeout as sleep } from "node:timers/promises";
import type { ArchiveFile } from "./archive-file.ts";

/** Who reads which files: while somebody does, nothing is added to them. */
export type LentFiles = {
	/** Gives `work` the files that `list` names, which count as lent until it is done. */
	lend<T>(list: () => Promise<readonly ArchiveFile[]>, work: (files: readonly ArchiveFile[]) => Promise<T>): Promise<T>;
	/** Whether somebody has the file. */
	has(path: string): boolean;
	/** Waits until everybody who reads now is done, but no longer than so many milliseconds. */
	allBack(milliseconds: number): Promise<void>;
};

export function lentFiles(): LentFiles {
	const readers = new Map<string, number>();
	let everybody: Promise<unknown> = Promise.resolve();
	let reading = 0;

	const count = (files: readonly ArchiveFile[], more: 1 | -1): void => {
		for (const { path } of files) {
			const now = (readers.get(path) ?? 0) + more;
			if (now > 0) readers.set(path, now);
			else readers.delete(path);
		}
	};

	return {
		has: (path) => readers.has(path),
		async allBack(milliseconds) {
			if (reading === 0) return;
			const patience = new AbortController();
			await Promise.race([everybody, sleep(milliseconds, undefined, { signal: patience.signal }).catch(() => {})]);
			patience.abort();
		},
		async lend(list, work) {
			reading++;
			const done = (async () => {
				const files = await list();
				count(files, 1);
				try {
					return await work(files);
				} finally {
					count(files, -1);
				}
			})().finally(() => {
				reading--;
			});
			everybody = Promise.allSettled([everybody, done]);
			return await done;
		},
	};
}
