import type { Explained, ExplainSegmentAnswer } from "#contracts/http/admin-segments.ts";
import type { Json } from "#domain/model/json.ts";
import { minuteOf } from "../draw-bars.ts";
import { cell, colours, plain } from "../terminal.ts";

const { bold, dim, green, red, yellow } = colours;

/** Why somebody is in a segment or not: the answer, until when, then each condition with a tick or a cross. */
export function drawExplanation(answer: ExplainSegmentAnswer): string {
	return [
		bold(standing(answer)),
		...asItStands(answer),
		...tree(answer.condition),
		...nextChange(answer),
		dim(`${answer.class.kind}: ${plain(answer.class.why)}`),
	].join("\n");
}

const CAUSES: { readonly [kind: string]: string } = {
	event: "through an event",
	time: "because time passed",
	merge: "through a merge or a split",
	edit: "because the segment was edited",
	recompute: "through a run over everybody",
	reconcile: "through the nightly comparison with the archive",
	list: "through an upload of a list",
};

function standing({ profileId, segmentId, membership: { state, at, cause, leaf } }: ExplainSegmentAnswer): string {
	const who = `${profileId} is ${state === "entered" ? green("in") : yellow("not in")} ${segmentId}`;
	if (state === "never") return `${who}, and never was`;
	const why = [CAUSES[cause ?? ""], leaf === null ? undefined : `(${plain(leaf)})`].filter(
		(word) => word !== undefined,
	);
	return `${who} since ${minuteOf(at ?? "")}${why.length > 0 ? ` ${why.join(" ")}` : ""}`;
}

/** What is known of the segment itself, and where its conditions say another thing than the list of members. */
function asItStands({ membership, meets, readiness }: ExplainSegmentAnswer): string[] {
	const note =
		readiness.state === "live" ? [] : [yellow(`the segment is ${readiness.state}: ${plain(readiness.reason)}`)];
	if (meets === null || meets === (membership.state === "entered")) return note;
	const other = meets ? "meets its conditions" : "does not meet its conditions";
	return [...note, yellow(`now the person ${other}: that shows with the next look`)];
}

function nextChange({ meets, nextChangeAt }: ExplainSegmentAnswer): string[] {
	if (nextChangeAt === null || meets === null) return [];
	return [`${meets ? "leaves" : "enters"} on ${minuteOf(nextChangeAt)} UTC if nothing happens`];
}

/** A line for each condition, each part of a group below it. */
function tree(one: Explained, first = "", rest = ""): string[] {
	const parts = one.parts ?? [];
	const below = parts.flatMap((part, i) =>
		i === parts.length - 1 ? tree(part, `${rest}└ `, `${rest}  `) : tree(part, `${rest}├ `, `${rest}│ `),
	);
	return [`${first}${line(one)}`, ...below];
}

function line({ text, isMet, values, nextChangeAt, parts }: Explained): string {
	const mark = isMet === null ? yellow("?") : isMet ? green("✓") : red("✗");
	const until = nextChangeAt === null || parts ? "" : dim(` … ${isMet ? "until" : "from"} ${minuteOf(nextChangeAt)}`);
	return `${mark} ${plain(text)}${seen(values)}${until}`;
}

/** `(count 4)`, `(value gold)`, `(chains [key C-1, end 2026-11-16 11:30])`. */
function seen(values: Explained["values"]): string {
	const words = values !== null && typeof values === "object" ? inWords(values) : "";
	return words === "" ? "" : ` (${words})`;
}

/** So many of a list are shown, the last ones: chains of events come in the order of their weight. `--json` has them all. */
const LIST_SHOWN = 3;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function inWords(value: Json): string {
	if (value === null) return "none";
	if (Array.isArray(value)) {
		const left = value.length > LIST_SHOWN ? [`${value.length - LIST_SHOWN} more`] : [];
		return `[${[...left, ...value.slice(-LIST_SHOWN).map(inWords)].join("; ")}]`;
	}
	if (typeof value === "object") {
		return Object.entries(value)
			.map(([name, part]) => `${plain(name)} ${inWords(part)}`)
			.join(", ");
	}
	return typeof value === "string" && MOMENT.test(value) ? minuteOf(value) : cell(value);
}
