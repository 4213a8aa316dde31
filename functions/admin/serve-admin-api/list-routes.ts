import * as z from "zod";
import { readCsv } from "#adapters/csv/read-csv.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import {
	LIST_LIMITS,
	type ListAnswer,
	type ListsAnswer,
	listId,
	type UploadAnswer,
	uploadQuery,
} from "#contracts/http/lists.ts";
import { listColumns } from "#domain/collect/list-columns.ts";
import type { Lists } from "#domain/collect/lists.ts";
import { type UploadDeps, type UploadedPart, uploadList } from "#domain/collect/upload-list.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { BusRefused } from "#domain/model/ports.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { notFound, ok, refuse, type Wrong } from "./answer.ts";
import { shown, shownUpload } from "./list-answers.ts";
import { type Route, readText, route } from "./route.ts";

export type ListDeps = Omit<UploadDeps, "identifying" | "byteLength"> & {
	readonly definitions: Definitions;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly lists: Lists;
};

const UPLOADS_SHOWN = 20;
const RETRY_SECONDS = "5";

const phones = phoneNumbers();

export const listRoutes = (deps: ListDeps): Route[] => [
	route("GET /v1/lists", {
		run: async () => {
			const [lists, workspace] = [await deps.lists.all(), await deps.definitions.current()];
			return ok({ lists: lists.map((list) => shown(list, workspace)) } satisfies ListsAnswer);
		},
	}),
	route("GET /v1/lists/:id", {
		run: async ({ path: { id = "" } }) => {
			const list = await deps.lists.find(id);
			if (!list) return notFound("No list of this id was ever uploaded.");
			const uploads = await deps.lists.uploads(id, UPLOADS_SHOWN);
			const answer: ListAnswer = {
				...shown(list, await deps.definitions.current()),
				uploads: uploads.map((upload) => shownUpload(upload, list)),
			};
			return ok(answer);
		},
	}),
	route("POST /v1/lists/:id", {
		query: uploadQuery,
		read: readText("text/csv", LIST_LIMITS.bytes),
		body: z.string(),
		run: async ({ path, query, body, actor }) => {
			const list = listId.safeParse(path.id);
			if (!list.success)
				return refuse(400, "bad_request", "The id of a list has lower-case letters, digits and hyphens.");
			if (query.upload === undefined && query.part > 1)
				return refuse(400, "bad_request", "A further part says which upload it belongs to.");
			return take({ ...query, list: list.data, text: body, by: actor }, deps);
		},
	}),
];

type Sent = z.infer<typeof uploadQuery> & { readonly list: string; readonly text: string; readonly by: string };

async function take({ list, text, as, part, more, ...sent }: Sent, deps: ListDeps): Promise<HttpAnswer> {
	const { identity: rules, blockedSeeds } = await deps.definitions.current();
	const table = readCsv(text, LIST_LIMITS.rows + 1);
	if ("reason" in table) return badCsv([{ path: `line ${table.line}`, message: table.reason }]);
	if (table.rows.length > LIST_LIMITS.rows) return TOO_MANY_ROWS;
	const read = listColumns(table.titles, rules, as);
	if ("wrong" in read) return badCsv([{ path: "line 1", message: read.wrong }]);

	const identifying = { rules, phones, vault: deps.vault, ...(blockedSeeds && { blockedSeeds }) };
	const { columns, ignored } = read;
	const { rows } = table;
	const { upload, allowEmpty, by } = sent;
	const given = { list, columns, rows, part, isLast: !more, allowEmpty, by, ...(upload !== undefined && { upload }) };
	try {
		const uploaded = await uploadList(given, { ...deps, identifying, byteLength: (part) => Buffer.byteLength(part) });
		return answerTo(uploaded, { list, part, ignoredColumns: [...ignored] });
	} catch (error) {
		if (error instanceof BusRefused) return UNAVAILABLE;
		throw error;
	}
}

type About = Pick<UploadAnswer, "list" | "part" | "ignoredColumns">;

function answerTo(uploaded: UploadedPart, about: About): HttpAnswer {
	switch (uploaded.kind) {
		case "taken": {
			const { kind: _, problems, ...taken } = uploaded;
			const told = problems.slice(0, LIST_LIMITS.problemsTold);
			return ok({ ...about, ...taken, problems: told, problemCount: problems.length } satisfies UploadAnswer);
		}
		case "unknown upload":
			return notFound("No such upload of this list was begun.");
		case "full":
			return refuse(409, "too_many_lists", "There are as many lists as there may be.");
		case "overtaken":
			return refuse(409, "overtaken", "A later upload of this list is in force already. Nothing was changed.");
		case "parts missing":
			return refuse(
				409,
				"parts_missing",
				`These parts did not come yet: ${some(uploaded.missing)}. Nothing was changed.`,
			);
		case "empty":
			return refuse(
				422,
				"empty_list",
				"No row names anybody, so nobody would be on the list: with allowEmpty=true that is done. Nothing was changed.",
				uploaded.problems
					.slice(0, LIST_LIMITS.problemsTold)
					.map(({ line, column, reason }) => ({ path: `line ${line}${column ? `, ${column}` : ""}`, message: reason })),
			);
	}
}

const some = (parts: readonly number[]): string =>
	parts.length > 10 ? `${parts.slice(0, 10).join(", ")} and ${parts.length - 10} more` : parts.join(", ");

const badCsv = (problems: readonly Wrong[]): HttpAnswer =>
	refuse(400, "bad_csv", "The body is not a table that can be read. Nothing of it was taken.", problems);

const TOO_MANY_ROWS = refuse(
	413,
	"too_many_rows",
	`A request has at most ${LIST_LIMITS.rows} rows: send the file in parts, as \`tutti list upload\` does.`,
);

const refused = refuse(503, "unavailable", "The rows could not be handed on; send this part again.");
const UNAVAILABLE: HttpAnswer = { ...refused, headers: { ...refused.headers, "retry-after": RETRY_SECONDS } };
