import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const KEY_BYTES = 32;

/** The installation key's file is not what was once written there. Nothing may be made up in its place. */
export class InstallationKeyUnusable extends Error {
	constructor(file: string) {
		super(`the installation key ${file} is damaged: without it no identifier can be read or found; restore it`);
		this.name = "InstallationKeyUnusable";
	}
}

/**
 * The key that every seed id and sealed identifier hangs on, for the vault: made once, 32 random bytes, kept in
 * `vault.key` in the data folder, readable for its owner only. Throws `InstallationKeyUnusable` when the file is damaged.
 */
export function installationKey(dataFolder: string): Buffer {
	const file = join(dataFolder, "vault.key");
	const kept = readKey(file) ?? makeKey(dataFolder, file);
	if (kept.length !== KEY_BYTES) throw new InstallationKeyUnusable(file);
	return kept;
}

function readKey(file: string): Buffer | undefined {
	try {
		return Buffer.from(readFileSync(file, "utf8").trim(), "base64");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

/** Appears under its name whole and on the disk, or not at all; of two processes that make one, one wins. */
function makeKey(folder: string, file: string): Buffer {
	mkdirSync(folder, { recursive: true });
	const draft = `${file}.${randomBytes(4).toString("hex")}`;
	const descriptor = openSync(draft, "wx", 0o600);
	try {
		writeSync(descriptor, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
		fsyncSync(descriptor);
		linkSync(draft, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	} finally {
		closeSync(descriptor);
		rmSync(draft);
	}
	return readKey(file) ?? Buffer.alloc(0);
}
