import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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
};

/**
 * Opens the folder, making it where it is missing. That it is one process's alone is the database's to see to: it holds
 * a lock of the operating system, so a process that was killed holds nothing. Throws `DataFolderUnusable`.
 */
export function openDataFolder(path: string): DataFolder {
	const file = (name: string) => join(path, name);
	make(path);
	return { path, file, adminToken: (given) => keepToken(file("admin-token"), given) };
}

function make(path: string): void {
	try {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new DataFolderUnusable(`the data folder ${path} cannot be written: ${reasonOf(error)}`);
	}
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
