import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ArchiveFile } from "../files/archive-file.ts";

/** What queries may read of one folder's files. */
export type FileView = {
	/** The folder, as the engine must know it to let it be read. */
	readonly folder: string;
	/** Whether a query that names these tables reads the files. */
	isReadBy(tables: ReadonlySet<string>): boolean;
	/** Shows the files as they are. Only while nothing is written to them; queries at once wait for the same making. */
	show(connection: DuckDBConnection, files: readonly ArchiveFile[]): Promise<void>;
	/** Says that the engine is another, which has no views yet. */
	forget(): void;
};

/** `make` makes the views called `names` over files of the folder; it is called again only when the files have changed. */
export function fileView(of: {
	readonly folder: string;
	readonly names: readonly string[];
	readonly make: (connection: DuckDBConnection, files: readonly ArchiveFile[]) => Promise<void>;
}): FileView {
	const folder = resolve(of.folder);
	let shown: { readonly state: string; readonly done: Promise<void> } | undefined;
	const forget = (): void => {
		shown = undefined;
	};

	return {
		folder,
		isReadBy: (tables) => of.names.some((name) => tables.has(name)),
		async show(connection, files) {
			const state = files.map(({ path, size }) => `${path} of ${size} bytes`).join();
			if (shown?.state !== state) shown = { state, done: of.make(connection, absolute(files)) };
			await shown.done.catch((error: unknown) => {
				forget();
				throw error;
			});
		},
		forget,
	};
}

/** As the engine must be given them, which only reads what is below the folders that it knows by their whole path. */
const absolute = (files: readonly ArchiveFile[]): ArchiveFile[] =>
	files.map(({ path, size }) => ({ path: resolve(path), size }));

/** Bytes of all files together. */
export const sizeOf = (files: readonly ArchiveFile[]): number => files.reduce((sum, file) => sum + file.size, 0);
