import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import { closestWord } from "#contracts/definitions/closest-word.ts";
import { Failure } from "./failure.ts";
import type { FileProblem } from "./workspace-problem.ts";

/** A file that should hold one definition: its path, its kind (where it lies says so), its name without the ending. */
export type FoundFile = { readonly file: string; readonly kind: Kind; readonly name: string };

export type Listing = { readonly files: readonly FoundFile[]; readonly problems: readonly FileProblem[] };

const IDENTITY = "identity.yaml";
const YAML = /\.ya?ml$/;
/** The editor's schemas lie beside the definitions; notes for people may lie anywhere. */
const isLeftAlone = (name: string): boolean => name.startsWith(".") || name === "schemas" || name.endsWith(".md");

const FOLDERS = new Map<string, Kind>(
	Object.entries(KINDS).flatMap(([kind, { folder }]) => (folder === "." ? [] : [[folder, kind as Kind] as const])),
);

/** Every file of a workspace folder that should be a definition, and every one that lies where none belongs. */
export async function listWorkspace(folder: string): Promise<Listing> {
	const listings = [];
	for (const entry of await entriesOf(folder)) {
		const path = join(folder, entry.name);
		const kind = FOLDERS.get(entry.name);
		if (entry.isDirectory() && kind) listings.push(await listKind(path, kind));
		else if (entry.name === IDENTITY) listings.push(found({ file: path, kind: "identity", name: "identity" }));
		else listings.push(misplaced(path, rightPlace(entry)));
	}
	return { files: listings.flatMap(({ files }) => files), problems: listings.flatMap(({ problems }) => problems) };
}

async function listKind(folder: string, kind: Kind): Promise<Listing> {
	const listings = (await entriesOf(folder)).map((entry) => {
		const file = join(folder, entry.name);
		if (entry.isDirectory()) return misplaced(file, `files only: the folder ${KINDS[kind].folder} has no folders`);
		if (!YAML.test(entry.name)) return misplaced(file, "a definition is a .yaml file");
		return found({ file, kind, name: entry.name.replace(YAML, "") });
	});
	return { files: listings.flatMap(({ files }) => files), problems: listings.flatMap(({ problems }) => problems) };
}

const found = (file: FoundFile): Listing => ({ files: [file], problems: [] });

const misplaced = (file: string, right: string): Listing => ({
	files: [],
	problems: [{ file, line: 0, path: "", wrong: "no definition belongs here", right }],
});

function rightPlace(entry: Dirent): string {
	const folders = [...FOLDERS.keys()];
	const near = closestWord(entry.name.replace(YAML, ""), [...folders, "identity"]);
	if (near === "identity") return `did you mean ${IDENTITY}?`;
	if (near !== undefined && entry.isDirectory()) return `did you mean the folder ${near}?`;
	return `${IDENTITY} or a .yaml file in one of the folders ${folders.join(", ")}`;
}

/** In the order of their names, so that the same folder always reads alike. */
async function entriesOf(folder: string): Promise<Dirent[]> {
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		return entries.filter(({ name }) => !isLeftAlone(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch (error) {
		throw new Failure(`the workspace ${folder} cannot be read: ${reasonOf(error)}`);
	}
}

const REASONS: { readonly [code: string]: string } = {
	ENOENT: "there is no such file or folder",
	ENOTDIR: "it is not a folder",
	EISDIR: "it is a folder",
	EACCES: "permission is denied",
};

/** Why a file or folder could not be read, in the words of whoever must act. */
export function reasonOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	return REASONS[code] ?? (code === "" ? String(error) : code);
}
