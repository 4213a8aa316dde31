import { resolve } from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import { IDENTITIES_VIEW, IDENTITY_CHANGES, IDENTITY_COLUMNS } from "#contracts/archive/identity-changes.ts";
import { SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import { type Sql, SqlRefused, type SqlResult } from "#domain/model/ports.ts";
import type { FileArchive, FileIdentityArchive } from "../files/archive.ts";
import type { SampleFiles } from "../files/samples.ts";
import { keep } from "../keep.ts";
import { startEngine, viewEvents, viewIdentities, viewSamples } from "./engine.ts";
import { fileView } from "./file-view.ts";
import { filePacker } from "./pack-files.ts";
import { type Asked, readPages, type Source } from "./read-pages.ts";
import { turns } from "./turns.ts";
import { whileUsed } from "./while-used.ts";

/** A query that runs longer is stopped: the archive's writer waits for it. */
const LONGEST_SECONDS = 60;
const IDLE_SECONDS = 60;
const IDENTITY_VIEWS = [IDENTITIES_VIEW, IDENTITY_CHANGES];

const NO_SAMPLES: NonNullable<DuckdbSqlOptions["samples"]> = { folder: "samples", read: (work) => work([]) };

export type DuckdbSqlOptions = {
	readonly archive: FileArchive;
	readonly identityArchive: FileIdentityArchive;
	/** @default there are no samples */
	readonly samples?: Pick<SampleFiles, "folder" | "read">;
	/** Where DuckDB may put what does not fit into its memory; made when needed. */
	readonly temporaryFolder: string;
	/** @default 60 */
	readonly longestSeconds?: number;
	/** How long the engine, and the memory it takes, is kept for another query. @default 60 */
	readonly idleSeconds?: number;
};

export type DuckdbSql = Sql & {
	/**
	 * Packs one closed file of the archive, if there is one and nobody asks anything now; answers whether it did. `today`: the day
	 * (`YYYY-MM-DD`) before which nothing is received any more. Throws `CannotPack`.
	 */
	packOne(today: string): Promise<boolean>;
	/** Lets go of the engine. No query may be running. */
	close(): Promise<void>;
};

/**
 * SQL over the archive's files with DuckDB, which is there from a query on until none has come for a while.
 * `scannedBytes` is the size of all files behind what a query reads, also of those that a condition on `day` spared.
 */
export function duckdbSql(options: DuckdbSqlOptions): DuckdbSql {
	const { archive, identityArchive, longestSeconds = LONGEST_SECONDS } = options;
	const events = fileView({ folder: archive.folder, names: ["events"], make: viewEvents });
	const identities = fileView({ folder: identityArchive.folder, names: IDENTITY_VIEWS, make: viewIdentities });
	const samples = options.samples ?? NO_SAMPLES;
	const sampled = fileView({ folder: samples.folder, names: [SAMPLED_EVENTS], make: viewSamples });
	const folders = [events, identities, ...(options.samples ? [sampled] : [])].map(({ folder }) => folder);
	const engine = whileUsed({
		start: () => startEngine(folders, resolve(options.temporaryFolder)),
		stop: (instance) => instance.closeSync(),
		gone() {
			events.forget();
			identities.forget();
			sampled.forget();
		},
		idleSeconds: options.idleSeconds ?? IDLE_SECONDS,
	});

	const inTurn = turns();

	const lendFiles = (work: (sources: readonly Source[]) => Promise<void>): Promise<void> =>
		archive.read((eventFiles) =>
			identityArchive.read((changeFiles) =>
				samples.read((sampleFiles) =>
					work([
						{ view: events, files: eventFiles },
						{ view: identities, files: changeFiles },
						{ view: sampled, files: sampleFiles },
					]),
				),
			),
		);

	const fail = (error: unknown): never => {
		const reason = error instanceof Error ? error.message : String(error);
		// after a fault of its own the engine answers nothing any more; the next query starts another
		if (/^(FATAL|INTERNAL) Error/.test(reason)) engine.forget();
		throw new SqlRefused(reason.startsWith("INTERRUPT") ? `the query took longer than ${longestSeconds} s` : reason);
	};

	async function* read(sql: string, timed: Asked["timed"]): AsyncGenerator<SqlResult> {
		const files = await keep(lendFiles);
		try {
			const engineOf = await keep<DuckDBInstance>((work) => engine.use(work));
			try {
				const [sources, instance] = [files.thing, engineOf.thing];
				yield* readPages({
					sql,
					instance,
					sources,
					turns: inTurn,
					longestSeconds,
					timed,
					filesAreRead: files.giveBack,
				});
			} catch (error) {
				fail(error);
			} finally {
				engineOf.giveBack();
			}
		} finally {
			files.giveBack();
		}
	}

	return {
		packOne: filePacker(
			[
				{ files: archive, columns: ARCHIVE_COLUMNS },
				{ files: identityArchive, columns: IDENTITY_COLUMNS },
			],
			engine,
		),
		pages: (text) => read(text, "first"),
		async query(text, { maxRows = Number.POSITIVE_INFINITY } = {}) {
			const rows: SqlResult["rows"][number][] = [];
			let [columns, scannedBytes]: [SqlResult["columns"], number] = [[], 0];
			for await (const page of read(text, "all")) {
				columns = page.columns;
				scannedBytes += page.scannedBytes;
				rows.push(...page.rows.slice(0, maxRows - rows.length));
				if (rows.length >= maxRows) break;
			}
			return { columns, rows, scannedBytes };
		},
		close: () => engine.close(),
	};
}
