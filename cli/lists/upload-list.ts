import { type ListProblem, type UploadAnswer, uploadAnswer } from "#contracts/http/lists.ts";
import type { Api } from "../api.ts";
import { Failure } from "../failure.ts";
import { csvRow, type Row, readRows } from "./read-rows.ts";

/** What became of a file: `line` is the file's own. */
export type Uploaded = Pick<UploadAnswer, "list" | "upload" | "rows" | "isInForce" | "ignoredColumns"> & {
	readonly problems: readonly Omit<ListProblem, "row">[];
	readonly problemCount: number;
};

export type UploadOptions = {
	readonly list: string;
	/** The namespace of the first column; else the titles say it. */
	readonly as?: string;
	readonly allowEmpty: boolean;
	/** Told how many rows the file has, then how many are dealt with. */
	readonly progress: { readonly begin: (rows: number) => void; readonly to: (rows: number) => void };
};

/** What one request carries: well below what Tutti takes, so that each is done in seconds. */
const PART = { rows: 10_000, characters: 1_000_000 };

type Part = { readonly rows: readonly Row[]; readonly isLast: boolean };

/**
 * Uploads a file as a list, part by part; it is in force once the last part is taken. The whole file is read first: what is
 * no CSV changes nothing. Throws a `Failure` when it cannot go on, and then the list is what it was.
 */
export async function uploadFile(path: string, api: Api, options: UploadOptions): Promise<Uploaded> {
	const known = await lookThrough(path).catch(unreadable(path));
	options.progress.begin(known.rows);
	let result: Uploaded | undefined;
	let part = 1;
	let done = 0;
	for await (const { rows, isLast } of partsOf(path, known.rows)) {
		const query = queryOf({ part, isLast, upload: result?.upload }, options);
		const csv = [known.titles, ...rows.map(({ cells }) => cells)].map(csvRow).join("\n");
		const answer = await api
			.postCsv(`/v1/lists/${encodeURIComponent(options.list)}?${query}`, csv, uploadAnswer)
			.catch(notFinished(result));
		result = together(result, answer, rows);
		done += rows.length;
		options.progress.to(done);
		part++;
	}
	if (!result) throw new Error("a file has one part at least");
	return result;
}

/** Reads all of a file once: its titles, and how many rows follow them. */
async function lookThrough(path: string): Promise<{ readonly titles: readonly string[]; readonly rows: number }> {
	let titles: readonly string[] | undefined;
	let rows = 0;
	for await (const { cells } of readRows(path)) {
		if (titles === undefined) titles = cells;
		else rows++;
	}
	if (titles === undefined) throw new Failure(`${path} is empty: it needs a row of titles, such as email`);
	return { titles, rows };
}

async function* partsOf(path: string, total: number): AsyncGenerator<Part> {
	let rows: Row[] = [];
	let [characters, seen] = [0, -1];
	for await (const row of readRows(path)) {
		seen++;
		if (seen === 0) continue;
		rows.push(row);
		characters += row.cells.reduce((sum, cell) => sum + cell.length + 3, 0);
		if (seen < total && (rows.length >= PART.rows || characters >= PART.characters)) {
			yield { rows, isLast: false };
			[rows, characters] = [[], 0];
		}
	}
	yield { rows, isLast: true };
}

function queryOf(
	{ part, isLast, upload }: { readonly part: number; readonly isLast: boolean; readonly upload: number | undefined },
	{ as, allowEmpty }: UploadOptions,
): string {
	return new URLSearchParams({
		part: `${part}`,
		more: `${!isLast}`,
		allowEmpty: `${allowEmpty}`,
		...(upload !== undefined && { upload: `${upload}` }),
		...(as !== undefined && { as }),
	}).toString();
}

/** What was told before, and the answer to the next part, whose rows are known by their lines in the file. */
function together(before: Uploaded | undefined, answer: UploadAnswer, rows: readonly Row[]): Uploaded {
	const { list, upload, rows: named, isInForce, ignoredColumns } = answer;
	const problems = answer.problems.map(({ row, ...problem }) => ({ ...problem, line: rows[row - 1]?.line ?? 0 }));
	return {
		...{ list, upload, isInForce, ignoredColumns },
		rows: named,
		problems: [...(before?.problems ?? []), ...problems],
		problemCount: (before?.problemCount ?? 0) + answer.problemCount,
	};
}

const unreadable =
	(path: string) =>
	(error: unknown): never => {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === "ENOENT") throw new Failure(`there is no file ${path}`);
		if (code === "EACCES" || code === "EISDIR") throw new Failure(`${path} cannot be read: ${code}`);
		throw error;
	};

const notFinished =
	(before: Uploaded | undefined) =>
	(error: unknown): never => {
		if (!(error instanceof Failure) || !before) throw error;
		throw new Failure(
			`${error.message}; the upload is not finished, so the list is what it was: it is safe to run it again`,
		);
	};
