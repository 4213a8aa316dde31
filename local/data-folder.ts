import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The data folder cannot be used; the message says why and what to do, for the person at the terminal. */
export class DataFolderUnusable extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = "DataFolderUnusable";
	}
}

export type DataFolder = {
	readonly path: string;
	/** The path of a file or folder in it. */
	file(name: string): string;
	/** The token of the admin API: the given one, else the one kept here, else a new one. Kept readable for its owner only. */
	adminToken(given: string | undefined): string;
	/** Lets another process have the folder. */
	release(): void;
};

/**
 * Opens the folder for this process alone, making it where it is missing. The claim is a lock that the operating system
 * holds on a file, so a process that was killed holds nothing. Throws `DataFolderUnusable`.
 */
export function openDataFolder(path: string): DataFolder {
	const file = (name: string) => join(path, name);
	make(path);
	const release = claim(path, file);
	return { path, file, release, adminToken: (given) => keepToken(file("admin-token"), given) };
}

function make(path: string): void {
	try {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		writeFileSync(join(path, "writable"), "");
	} catch (error) {
		throw new DataFolderUnusable(`the data folder ${path} cannot be written: ${reasonOf(error)}`);
	}
}

function claim(path: string, file: (name: string) => string): () => void {
	const holder = file("tutti.pid");
	const lock = new DatabaseSync(file("lock.db"), { timeout: 0 });
	try {
		lock.exec("BEGIN EXCLUSIVE");
	} catch {
		lock.close();
		throw new DataFolderUnusable(
			`the data folder ${path} is in use by process ${read(holder) ?? "?"}: stop that first`,
		);
	}
	writeFileSync(holder, `${process.pid}\n`);
	return () => lock.close();
}

function keepToken(file: string, given: string | undefined): string {
	const kept = read(file);
	const token = given || kept || `tut_${randomBytes(24).toString("base64url")}`;
	if (token !== kept) writeFileSync(file, `${token}\n`, { mode: 0o600 });
	return token;
}

function read(file: string): string | undefined {
	try {
		return readFileSync(file, "utf8").trim();
	} catch {
		return undefined;
	}
}

const REASONS: Readonly<Record<string, string>> = {
	EACCES: "permission denied",
	EPERM: "permission denied",
	EROFS: "the file system is read-only",
	ENOTDIR: "a part of the path is a file",
	EEXIST: "there is a file of that name",
	ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code ?? "unknown";
	return REASONS[code] ?? code;
}
