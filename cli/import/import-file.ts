import { Failure } from "../failure.ts";
import { batchesOf } from "./batches.ts";
import { type Line, readEvents } from "./read-events.ts";
import { sendBatch, type Target } from "./send-batch.ts";

/** A line that was not taken, and why. */
export type RejectedLine = { readonly line: number; readonly code: string; readonly reason: string };

export type Imported = { readonly accepted: number; readonly rejected: readonly RejectedLine[] };

type EventLine = Extract<Line, { kind: "event" }>;

type Watch = {
	/** Called with the bytes of the file that have been dealt with. */
	readonly progress: (bytes: number) => void;
};

/**
 * Sends a file's events as history, in order. Lines that are refused are reported, the rest goes on. Throws a `Failure`
 * when the import cannot go on; it may be run again, because every line keeps its messageId.
 */
export async function importFile(path: string, target: Target, { progress }: Watch): Promise<Imported> {
	const rejected: RejectedLine[] = [];
	let accepted = 0;
	let bytes = 0;
	let last = 0;

	async function* events(): AsyncGenerator<EventLine> {
		for await (const line of readEvents(path)) {
			bytes += line.bytes;
			if (line.kind === "event") yield line;
			else rejected.push({ line: line.number, code: "not_an_event", reason: line.reason });
		}
	}
	try {
		for await (const batch of batchesOf(events())) {
			const answer = await sendBatch(
				batch.map(({ text }) => text),
				target,
			);
			accepted += answer.accepted;
			rejected.push(
				...answer.rejected.map(({ index, code, reason, path: at }) => ({
					line: batch[index]?.number ?? 0,
					code,
					reason: at ? `${reason} (${at})` : reason,
				})),
			);
			last = batch.at(-1)?.number ?? last;
			progress(bytes);
		}
	} catch (error) {
		throw stopped(error, { path, last, accepted });
	}
	return { accepted, rejected: rejected.sort((a, b) => a.line - b.line) };
}

function stopped(error: unknown, at: { path: string; last: number; accepted: number }): unknown {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOENT") return new Failure(`there is no file ${at.path}`);
	if (code === "EACCES" || code === "EISDIR") return new Failure(`${at.path} cannot be read: ${code}`);
	if (!(error instanceof Failure) || at.last === 0) return error;
	return new Failure(
		`${error.message}; lines 1 to ${at.last} are done (${at.accepted} events), it is safe to run it again`,
	);
}
