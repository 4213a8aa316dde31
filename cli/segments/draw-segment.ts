import type { HistoryAnswer, MembersAnswer, SegmentAnswer, SegmentsAnswer } from "#contracts/http/admin-segments.ts";
import { grouped, minuteOf, secondsInWords, sparkline } from "../draw-bars.ts";
import { colours, count, plain, table } from "../terminal.ts";

const { bold, dim, green, red, yellow } = colours;

const STATES: { readonly [S in SegmentAnswer["readiness"]["state"]]: (state: string) => string } = {
	building: yellow,
	live: green,
	stale: yellow,
	failed: red,
};

/** All segments, one a line. */
export const drawSegments = ({ segments }: SegmentsAnswer): string =>
	segments.length === 0
		? "no segment is in force: `tutti apply` puts those of the workspace in force"
		: table(
				["segment", "state", "members", "as of", "class", "fresh within", "version"],
				segments.map(({ id, readiness, size, sizeAt, class: pace, freshnessSeconds, version }) => [
					id,
					readiness.state,
					size === null ? "not counted yet" : grouped(size),
					sizeAt === null ? "" : minuteOf(sizeAt),
					pace.kind,
					freshnessSeconds === null ? "not known" : secondsInWords(freshnessSeconds),
					version,
				]),
			);

/** One segment: whether one may rely on it, how large and how fresh it is, and what is kept for it. */
export function drawSegment(segment: SegmentAnswer): string {
	const { id, name, version, appliedAt, readiness, class: pace, size, sizeAt, freshnessSeconds, measures } = segment;
	const title = name === undefined ? "" : ` ${dim(`(${plain(name)})`)}`;
	return [
		`${bold("segment")} ${id}${title}: ${STATES[readiness.state](readiness.state)}, ${count(size, "member")}${dim(`, counted ${minuteOf(sizeAt)}`)}`,
		plain(readiness.reason),
		`${bold("meets")}: ${plain(segment.condition)}`,
		`${bold("class")}: ${pace.kind}, ${plain(pace.why)}`,
		`${bold("fresh within")}: ${freshnessSeconds === null ? "not known yet" : secondsInWords(freshnessSeconds)}`,
		`${bold("version")}: ${version}, applied ${minuteOf(appliedAt)}`,
		...lastRuns(segment),
		measures.length === 0
			? `\n${bold("kept of events")}: nothing`
			: `\n${bold("kept of events")}\n${table(["what", "from", "its past", "shared with"], measures.map(measureRow))}`,
	].join("\n");
}

function lastRuns({ recomputedAt, reconciled, volume }: SegmentAnswer): string[] {
	const repaired = (n: number) => (n === 0 ? "nothing to repair" : yellow(`${count(n, "membership")} repaired`));
	return [
		...(recomputedAt === null ? [] : [`${bold("everybody judged")}: ${minuteOf(recomputedAt)}`]),
		...(reconciled === null
			? []
			: [`${bold("compared with the archive")}: ${minuteOf(reconciled.at)}, ${repaired(reconciled.repaired)}`]),
		...volume.map((side) => yellow(`its size is ${side} what its alarm allows`)),
	];
}

const measureRow = ({ about, since, isFilled, sharedWith }: SegmentAnswer["measures"][number]) => [
	about,
	since === null ? "the first event" : minuteOf(since),
	isFilled ? "complete" : "being filled in",
	sharedWith.join(", "),
];

/** Members, as many as were asked for. */
export function drawMembers({ members, cursor }: MembersAnswer): string {
	if (members.length === 0) return "it has no members";
	const more = cursor === undefined ? "" : dim("\nthere are more: --limit shows more of them");
	return `${table(
		["profile", "entered"],
		members.map(({ profileId, enteredAt }) => [profileId, minuteOf(enteredAt)]),
	)}${more}`;
}

const ROWS = 10;

/** How large a segment was: a line over all of it, then the latest measurements; and who came and went by days. */
export function drawHistory({ id, sizes, days }: HistoryAnswer): string {
	return days.length === 0 ? drawSizes(id, sizes) : `${drawSizes(id, sizes)}\n\n${drawDays(days)}`;
}

function drawDays(days: HistoryAnswer["days"]): string {
	const rows = days.slice(0, ROWS).map(({ day, entered, exited }) => [day, grouped(entered), grouped(exited)]);
	const more = days.length > ROWS ? `\n${dim(`… and ${days.length - ROWS} days before: --json tells them`)}` : "";
	return `${table(["day (UTC)", "entered", "exited"], rows)}${more}`;
}

function drawSizes(id: string, sizes: HistoryAnswer["sizes"]): string {
	const oldestFirst = sizes.toReversed();
	const [first, last] = [oldestFirst[0], oldestFirst.at(-1)];
	if (!first || !last) return `${id} was not measured yet: that comes with the first run over everybody`;
	const numbers = oldestFirst.map(({ size }) => size);
	const range = `${grouped(Math.min(...numbers))} to ${grouped(Math.max(...numbers))}`;
	return [
		`${bold(id)}  ${sparkline(numbers)}  ${dim(`${range}, ${minuteOf(first.at)} to ${minuteOf(last.at)}`)}`,
		table(["measured", "members", "change", "version"], sizes.slice(0, ROWS).map(row)),
		...(sizes.length > ROWS ? [dim(`… and ${sizes.length - ROWS} earlier: --json tells them`)] : []),
	].join("\n");
}

function row({ at, size, version }: HistoryAnswer["sizes"][number], i: number, all: HistoryAnswer["sizes"]) {
	const before = all[i + 1]?.size;
	const change = before === undefined ? "" : `${size >= before ? "+" : ""}${grouped(size - before)}`;
	return [minuteOf(at), grouped(size), change, version];
}
