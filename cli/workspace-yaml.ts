import { readFile } from "node:fs/promises";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { KINDS } from "#contracts/definitions/catalogue.ts";
import { findFaults, type Path } from "#contracts/definitions/find-faults.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { type FoundFile, reasonOf } from "./workspace-files.ts";
import type { FileProblem } from "./workspace-problem.ts";

type Words = Pick<FileProblem, "wrong" | "right">;

/** A good definition, which still can say on which line of its file one of its fields stands. */
export type ReadDefinition = {
	readonly kind: "read";
	readonly definition: Definition;
	problemAt(path: Path, words: Words): FileProblem;
};

/** Reads one file. Throws nothing: whatever is wrong with it is among the problems. */
export async function readDefinition(
	found: FoundFile,
): Promise<ReadDefinition | { readonly kind: "broken"; readonly problems: readonly FileProblem[] }> {
	const { file, kind, name } = found;
	const whole = (line: number, words: Words): FileProblem => ({ file, line, path: "", ...words });
	const broken = (...problems: FileProblem[]) => ({ kind: "broken", problems }) as const;

	const text = await readText(file);
	if (typeof text !== "string") return broken(whole(0, text));
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
	const [error] = document.errors;
	if (error) return broken(whole(lines.linePos(error.pos[0]).line, yamlFault(error.code, error.message)));
	if (document.contents === null) return broken(whole(1, { wrong: "the file is empty", right: `a ${kind}` }));

	const problemAt = (path: Path, words: Words): FileProblem => ({
		file,
		line: lines.linePos(startOf(document, path)).line,
		path: printPath(path),
		...words,
	});
	const value = toValue(document);
	if (value === undefined)
		return broken(whole(1, { wrong: "its aliases lead nowhere or too far", right: "fewer aliases" }));
	const faults = findFaults(KINDS[kind].schema, value).map(({ path, ...words }) => problemAt(path, words));
	if (faults.length > 0) return broken(...faults);

	// the schema has just taken it, and the kind says which definition it is
	const definition = { kind, definition: KINDS[kind].schema.parse(value) } as Definition;
	const { id } = definition.definition;
	if (id === name) return { kind: "read", definition, problemAt };
	return broken(problemAt(["id"], { wrong: `it is ${id}, but the file is named ${name}`, right: "one name for both" }));
}

async function readText(file: string): Promise<string | Words> {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
	} catch (error) {
		if (error instanceof TypeError) return { wrong: "it is not UTF-8", right: "text in UTF-8" };
		return { wrong: `it cannot be read (${reasonOf(error)})`, right: "a file that may be read" };
	}
}

/** What the YAML says as plain values; undefined when an alias names nothing or aliases multiply beyond reason. */
function toValue(document: Document): unknown {
	try {
		return document.toJS();
	} catch (error) {
		if (error instanceof ReferenceError) return undefined;
		throw error;
	}
}

/** The yaml package's own words, and for the commonest slips what to do about them. */
function yamlFault(code: string, message: string): Words {
	const [sentence = message] = message.split("\n");
	const lower = sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
	return { wrong: `this is not YAML: ${lower}`, right: REMEDIES[code] ?? "see yaml.org for what is" };
}

const REMEDIES: { readonly [code: string]: string } = {
	BAD_INDENT: "the same indentation for fields of one group",
	BLOCK_AS_IMPLICIT_KEY: "quotes around a text that has a colon in it",
	DUPLICATE_KEY: "each field once",
	MISSING_CHAR: "close what was opened",
	MULTIPLE_DOCS: "one definition a file",
	MULTILINE_IMPLICIT_KEY: "a colon after the name of each field",
	TAB_AS_INDENT: "blanks for indentation",
	UNEXPECTED_TOKEN: "quotes around the text",
};

/** Where in the text a path leads: the name of its field, or as far as the path can be followed. */
function startOf(document: Document, path: Path): number {
	let node: unknown = document.contents;
	let start = rangeOf(node);
	for (const step of path) {
		if (isAlias(node)) node = node.resolve(document);
		if (isMap(node)) {
			const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
			if (!pair) return start;
			start = rangeOf(pair.key);
			node = pair.value;
		} else if (isSeq(node)) {
			node = node.items[Number(step)];
			start = rangeOf(node) || start;
		}
	}
	return start;
}

const rangeOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0;

/** `when.all[1].is.op` */
const printPath = (path: Path): string =>
	path.reduce<string>((text, step) => {
		if (typeof step === "number") return `${text}[${step}]`;
		return text === "" ? step : `${text}.${step}`;
	}, "");
