import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { ListProblem } from "#contracts/http/lists.ts";
import type { Bus } from "#domain/model/ports.ts";
import { LIST_SOURCE } from "#domain/rules/measures/measure-spec.ts";
import { envelopes } from "./envelopes.ts";
import { type ListDeps, type ListRows, listEvents } from "./list-events.ts";
import type { Lists, Upload } from "./lists.ts";
import type { ByteLength } from "./measure.ts";

/** A part of an upload. Without `upload` it begins one. */
export type ListPart = Pick<ListRows, "list" | "columns" | "rows"> & {
	readonly upload?: number;
	/** 1, 2 … */
	readonly part: number;
	/** No further part follows: the upload is to be in force. */
	readonly isLast: boolean;
	/** Whether an upload that names nobody may empty the list. */
	readonly allowEmpty: boolean;
	readonly by: string;
};

export type UploadDeps = ListDeps & {
	readonly lists: Lists;
	readonly bus: Bus;
	readonly now: () => Date;
	readonly newId: () => string;
	readonly byteLength: ByteLength;
};

export type UploadedPart =
	| {
			readonly kind: "taken";
			readonly upload: number;
			readonly accepted: number;
			/** Rows that named somebody, of all parts so far. */
			readonly rows: number;
			readonly isInForce: boolean;
			readonly problems: readonly ListProblem[];
	  }
	| { readonly kind: "unknown upload" | "full" | "overtaken" }
	/** Nothing in it names anybody: the list stays as it was. */
	| { readonly kind: "empty"; readonly problems: readonly ListProblem[] }
	| { readonly kind: "parts missing"; readonly missing: readonly number[] };

/**
 * Puts a part of an upload on the bus as one event for each row, and with the last part makes the upload the one in force:
 * whoever is not in it is on the list no more. Until then the list is what it was. Safe to run twice: an event is the same
 * whenever it is sent, and a part counts once. Throws what the bus throws; then the part is to be sent again.
 */
export async function uploadList(given: ListPart, deps: UploadDeps): Promise<UploadedPart> {
	const upload = await uploadOf(given, deps.lists);
	if (upload === undefined) return { kind: "unknown upload" };
	if (upload === "full") return { kind: "full" };
	const at = deps.now().toISOString();
	const { events, problems } = listEvents({ ...given, upload: upload.number, at }, deps);
	await publish(events, at, deps);
	const part = { number: given.part, rows: events.length };
	// What is finished stays as it is: its last part is sent again by who did not hear that it was taken.
	const after = upload.finishedAt === undefined ? await deps.lists.addPart(given.list, upload, part) : upload;
	const taken = {
		kind: "taken",
		upload: upload.number,
		accepted: events.length,
		rows: rowsOf(after),
		problems,
	} as const;
	if (!given.isLast) return { ...taken, isInForce: false };

	const missing = missingBefore(given.part, after);
	if (missing.length > 0) return { kind: "parts missing", missing };
	if (taken.rows === 0 && !given.allowEmpty) return { kind: "empty", problems };
	const finished = await deps.lists.finish(given.list, after);
	return finished === "finished" ? { ...taken, isInForce: true } : { kind: "overtaken" };
}

const uploadOf = ({ list, upload, by }: ListPart, lists: Lists): Promise<Upload | "full" | undefined> =>
	upload === undefined ? lists.begin(list, by) : lists.upload(list, upload);

const rowsOf = ({ parts }: Upload): number => [...parts.values()].reduce((sum, rows) => sum + rows, 0);

const missingBefore = (last: number, { parts }: Upload): number[] =>
	Array.from({ length: last }, (_, index) => index + 1).filter((part) => !parts.has(part));

async function publish(events: ReturnType<typeof listEvents>["events"], receivedAt: string, deps: UploadDeps) {
	if (events.length === 0) return;
	const details = envelopes(
		{ source: LIST_SOURCE, receivedAt, events },
		{
			batchId: deps.newId(),
			publish: "envelope",
			bytesAtMost: Number.POSITIVE_INFINITY,
			byteLength: deps.byteLength,
		},
	);
	const detailType = "EventsCollected";
	await deps.bus.publish(details.map((detail) => ({ source: CATALOGUE[detailType], detailType, detail })));
}
