import type { Evidence, Verdict } from "./report.ts";

/** Something that is said of a hop, and what shows it. */
export type Claim = {
	readonly says: string;
	readonly shownBy: readonly Evidence[];
	/** It needs a program that not every machine has, as the text says: not to have run is no fault. */
	readonly isOptional?: boolean;
};

/** What nothing shows, and why. */
type Gap = { readonly gap: string };

type Cell = readonly (Claim | Gap)[];

/** One line: a stretch of the way, and what is known of it in each of the places where Tutti can run. */
export type Hop = {
	readonly hop: string;
	readonly machine: Cell;
	readonly emulated: Cell;
	readonly aws: Cell;
};

const NOT_VERIFIED = "not verified";
const HEAD = ["Hop", "On one machine", "Against an independent AWS", "On AWS"];

/** The table as Markdown, of what `verdict` says: a claim stands only where all that shows it ran and passed. */
export function drawTable(hops: readonly Hop[], verdict: (evidence: Evidence) => Verdict): string {
	const drawn = (cell: Cell): string => {
		const parts = cell.map((part) => ("gap" in part ? `${NOT_VERIFIED}: ${part.gap}` : drawClaim(part, verdict)));
		return parts.length > 0 ? parts.join("; ") : NOT_VERIFIED;
	};
	const rows = hops.map(({ hop, machine, emulated, aws }) => [hop, drawn(machine), drawn(emulated), drawn(aws)]);
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(HEAD), line(HEAD.map(() => "---")), ...rows.map(line)].join("\n");
}

function drawClaim({ says, shownBy, isOptional = false }: Claim, verdict: (evidence: Evidence) => Verdict): string {
	const verdicts = shownBy.map(verdict);
	const holds = verdicts.every((each) => each === "passed" || (isOptional && each === "absent"));
	if (!holds || verdicts.length === 0) return `${NOT_VERIFIED}: ${says}`;
	return `${says} (${shownBy.map(linkTo).join(", ")})`;
}

/** A file is named by its folder and its bare name; what of it is meant stands in `hops.ts`. */
function linkTo(evidence: Evidence): string {
	const [path = ""] = evidence.split("#");
	return `[${path.replace(/^test\//, "").replace(/(\.test\.ts|\/)$/, "")}](${path})`;
}

const BEGIN = "<!-- verification:begin, made by `npm run verification` from what ran -->";
const END = "<!-- verification:end -->";

/** A text's words, however a formatter lays tables out. */
export const wordsOf = (markdown: string): string =>
	markdown.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " ").trim();

/** A text with its table replaced. Throws when there is no place for one. */
export function withTable(text: string, table: string): string {
	const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
	if (before < 0 || after < before) throw new Error(`there is no place for the table: ${BEGIN} … ${END}`);
	return `${text.slice(0, before)}${BEGIN}\n\n${table}\n\n${text.slice(after)}`;
}
