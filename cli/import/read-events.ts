import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** One line of the file: an event with its messageId, or why it is none. `bytes` is what the line takes in the file. */
export type Line = { readonly number: number; readonly bytes: number } & (
	| { readonly kind: "event"; readonly text: string }
	| { readonly kind: "broken"; readonly reason: string }
);

/** Reads the events of an NDJSON file, one a line; empty lines are skipped. Throws when the file cannot be read. */
export async function* readEvents(path: string): AsyncGenerator<Line> {
	let number = 0;
	for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
		number++;
		const line = number === 1 ? text.replace(/^\uFEFF/, "") : text;
		if (line.trim() !== "") yield { number, bytes: Buffer.byteLength(text) + 1, ...readLine(line) };
	}
}

function readLine(line: string) {
	const event = parse(line);
	if (typeof event !== "object" || event === null || Array.isArray(event)) {
		return { kind: "broken" as const, reason: event === undefined ? "not JSON" : "not a JSON object" };
	}
	const named = "messageId" in event && event.messageId ? event : { ...event, messageId: messageIdOf(line) };
	return { kind: "event" as const, text: JSON.stringify(named) };
}

function parse(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

/** The same line is the same event: whoever imports a file twice changes nothing. */
const messageIdOf = (line: string) => `imp-${createHash("sha256").update(line.trim()).digest("hex").slice(0, 40)}`;
