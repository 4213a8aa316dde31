import Table from "cli-table3";
import pico from "picocolors";

/** Whether colours help: a terminal reads this, and nobody said NO_COLOR. */
const hasColour = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env) =>
	stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";

export const colours = pico.createColors(hasColour(process.stdout));

/** The characters that could move the cursor, colour the text or end the line, made visible: what is shown comes from others. */
export function plain(text: string): string {
	return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
		const code = character.codePointAt(0) ?? 0;
		return `\\u${code.toString(16).padStart(4, "0")}`;
	});
}

const LONGEST_CELL = 100;

/** A value as one cell shows it: text as it is, all else as JSON, cut where it would break the table. */
export function cell(value: unknown): string {
	if (value === null || value === undefined) return "";
	const text = plain(typeof value === "string" ? value : JSON.stringify(value));
	return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}

/** A table as text, without colours in it where there are none. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
	const drawn = new Table({
		head: head.map((title) => colours.bold(plain(title))),
		style: { head: [], border: [], compact: true },
	});
	drawn.push(...rows.map((row) => row.map(cell)));
	return drawn.toString();
}

/** `1 event`, `2 events`; `1 person`, `2 people` where the plural is another. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Prints to stdout: results, and nothing else, go there. */
export const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Prints to stderr: what is being done, and what went wrong. */
export const tell = (text: string) => void process.stderr.write(`${text}\n`);

/** One result: as JSON for programs, or drawn for people. */
export function show<T>(answer: T, { json }: { readonly json?: boolean }, draw: (answer: T) => string): void {
	print(json ? JSON.stringify(answer) : draw(answer));
}
