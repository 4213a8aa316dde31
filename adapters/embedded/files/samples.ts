import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SAMPLE_COLUMNS, SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import type { Json } from "#domain/model/json.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { SampleAbout, Samples } from "#domain/segment/ports-of-preview.ts";
import type { ArchiveFile } from "./archive-file.ts";
import { gate } from "./gate.ts";

const CURRENT = "current.json";

/** The files of samples: `drawn=…/events.ndjson`, and which of them is in force. */
export type SampleFiles = {
	readonly folder: string;
	/** Runs `work` while no file is taken away. */
	read<T>(work: (files: readonly ArchiveFile[]) => Promise<T>): Promise<T>;
	/** Takes away all samples but one. */
	keepOnly(drawn: string | undefined): Promise<void>;
};

/** One process at a time may have the folder. */
export async function sampleFiles({ folder: of }: { readonly folder: string }): Promise<SampleFiles> {
	const folder = join(of, "samples");
	const access = gate();
	await mkdir(folder, { recursive: true });
	const drawn = async () => (await readdir(folder)).filter((name) => name.startsWith("drawn=")).sort();
	return {
		folder,
		read: (work) =>
			access.shared(async () => {
				const paths = (await drawn()).map((name) => join(folder, name, "events.ndjson"));
				return await work(await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size }))));
			}),
		keepOnly: (kept) =>
			access.exclusive(async () => {
				for (const name of await drawn()) {
					if (name !== `drawn=${kept}`) await rm(join(folder, name), { recursive: true, force: true });
				}
			}),
	};
}

/** Samples as NDJSON beside the archive, read with the archive's own SQL. */
export function fileSamples({
	files,
	sql,
}: {
	readonly files: SampleFiles;
	readonly sql: Pick<Sql, "pages">;
}): Samples {
	const { folder } = files;
	const current = join(folder, CURRENT);
	return {
		async draw({ rows, about }) {
			const drawn = about.asOf.replaceAll(/[^0-9]/g, "");
			// it has another name until it is whole
			const unfinished = join(folder, `unfinished-${drawn}`);
			await rm(unfinished, { recursive: true, force: true });
			await mkdir(unfinished);
			const path = join(unfinished, "events.ndjson");
			await writeFile(path, "");
			// sorted, so that the archive may be written meanwhile
			for await (const page of sql.pages(`${rows} ORDER BY 1`)) await appendFile(path, page.rows.map(lineOf).join(""));
			await rm(join(folder, `drawn=${drawn}`), { recursive: true, force: true });
			await rename(unfinished, join(folder, `drawn=${drawn}`));
			await writeFile(`${current}.new`, JSON.stringify({ ...about, drawn }));
			await rename(`${current}.new`, current);
			await files.keepOnly(drawn);
		},
		async current() {
			const text = await readFile(current, "utf8").catch((error: NodeJS.ErrnoException) => {
				if (error.code === "ENOENT") return undefined;
				throw error;
			});
			if (text === undefined) return undefined;
			const { drawn, ...about } = JSON.parse(text) as SampleAbout & { readonly drawn: string }; // written above
			return { ...about, events: `(SELECT * FROM ${SAMPLED_EVENTS} WHERE drawn = '${drawn}')` };
		},
		async forget() {
			await rm(current, { force: true });
			await files.keepOnly(undefined);
		},
	};
}

const lineOf = (row: readonly Json[]): string =>
	`${JSON.stringify(Object.fromEntries(SAMPLE_COLUMNS.map(({ name, type }, i) => [name, type === "timestamp" ? timeOf(row[i]) : row[i]])))}\n`;

/** As the archive writes it. */
const timeOf = (iso: Json | undefined): string | null =>
	typeof iso === "string" ? iso.slice(0, 23).replace("T", " ") : null;
