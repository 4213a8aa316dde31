import { Command } from "commander";
import { type ListAnswer, type ListsAnswer, listAnswer, listsAnswer } from "#contracts/http/lists.ts";
import { Failure } from "../failure.ts";
import type { Uploaded } from "../lists/upload-list.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { type Progress, progressBar } from "../progress.ts";
import { cell, colours, count, plain, show, table, tell } from "../terminal.ts";

type UploadOptions = ApiOptions & { readonly as?: string; readonly allowEmpty?: boolean };

const { bold, dim, green, yellow } = colours;

const PROBLEMS_TOLD = 20;
/** What `--as` is called with when the titles are to say it. */
const HEADER = "header";

/** `tutti list …`: lists of people that come as a file. */
export function list(): Command {
	const command = new Command("list").description("lists of people that come as a CSV file, for segments to look at");
	for (const each of [upload(), showOne(), ls()]) command.addCommand(each);
	return command;
}

const upload = () =>
	withApi(new Command("upload"))
		.description("say anew who is on a list: whoever is not in the file is on it no more")
		.argument("<id>", "the list, as segments name it: `{ list: vip }`")
		.argument("<file.csv>", "a row of titles, then one row for each person")
		.option("--as <namespace>", "what the first column is, such as email; or header: the titles say it", HEADER)
		.option("--allow-empty", "let a file that names nobody empty the list")
		.addHelpText("after", HOW)
		.action(async (id: string, file: string, options: UploadOptions) => {
			// Only here: no other command reads CSV.
			const { uploadFile } = await import("../lists/upload-list.ts");
			const { as, allowEmpty = false } = options;
			let bar: Progress = { to: () => {}, end: () => {} };
			const begin = (rows: number) => {
				bar = progressBar("uploading", rows, "rows");
			};
			const uploaded = await uploadFile(file, apiOf(options), {
				list: id,
				allowEmpty,
				...(as !== undefined && as !== HEADER && { as }),
				progress: { begin, to: (rows) => bar.to(rows) },
			}).finally(() => bar.end());
			show(uploaded, options, drawUploaded);
			if (uploaded.problemCount === 0) return;
			if (!options.json) tellProblems(uploaded);
			throw new Failure(
				`${count(uploaded.problemCount, "value")} of ${file} could not be used; the others are on the list`,
			);
		});

const HOW = `
Columns are found by their titles: user_id, email, phone and whatever else the identity rules call a namespace. One is
enough. Several in one row are seen together, as in an event, so they link a person's identifiers. Other columns are
left out. Until all of the file is there, the list stays what it was; then its segments follow within minutes.`;

function drawUploaded({ list: id, upload: number, rows, ignoredColumns }: Uploaded): string {
	const ignored = ignoredColumns.map(plain).join(", ");
	return [
		`${green("in force")}: ${bold(id)}, upload ${number}: ${count(rows, "row")} that ${rows === 1 ? "names" : "name"} somebody`,
		...(ignored === "" ? [] : [dim(`left out, since they are no identifiers: ${ignored}`)]),
	].join("\n");
}

function tellProblems({ problems, problemCount }: Uploaded): void {
	for (const { line, column, reason, leftOut } of problems.slice(0, PROBLEMS_TOLD)) {
		const kept = leftOut === "value" ? " (the rest of the row counts)" : "";
		tell(`line ${line}: ${column === undefined ? "" : `${column}: `}${reason}${kept}`);
	}
	const rest = problemCount - Math.min(problems.length, PROBLEMS_TOLD);
	if (rest > 0) tell(`… and ${rest} more${problems.length > PROBLEMS_TOLD ? ": --json tells more of them" : ""}`);
}

const showOne = () =>
	withApi(new Command("show"))
		.description("show a list: which upload is in force, which there were, which segments look at it")
		.argument("<id>", "the list")
		.action(async (id: string, options: ApiOptions) => {
			show(await apiOf(options).get(`/v1/lists/${encodeURIComponent(id)}`, listAnswer), options, drawList);
		});

const ls = () =>
	withApi(new Command("ls"))
		.description("show all lists")
		.action(async (options: ApiOptions) => {
			show(await apiOf(options).get("/v1/lists", listsAnswer), options, drawLists);
		});

const drawLists = ({ lists }: ListsAnswer): string =>
	lists.length === 0
		? "no list was uploaded yet: `tutti list upload <id> <file.csv>` does it"
		: table(
				["list", "upload in force", "rows", "since", "by", "segments"],
				lists.map(({ id, upload: number, rows, at, by, segments }) => [
					id,
					number ?? "none yet",
					rows,
					at,
					by,
					segments.join(", "),
				]),
			);

function drawList({ id, upload: number, rows, at, segments, uploads }: ListAnswer): string {
	const state =
		number === null
			? yellow("its first upload is not finished")
			: `${count(rows, "row")}, upload ${number}, in force since ${cell(at)}`;
	const all = uploads.map((one) => [one.upload, one.state, one.startedAt, one.finishedAt, one.rows, one.parts, one.by]);
	return [
		`${bold("list")} ${id}: ${state}`,
		`${bold("segments")}: ${segments.length === 0 ? "none looks at it" : segments.join(", ")}`,
		`\n${bold("uploads")}\n${table(["upload", "state", "begun", "finished", "rows", "parts", "by"], all)}`,
	].join("\n");
}
