import type { PreviewAnswer } from "#contracts/http/admin-segments.ts";
import { grouped, minuteOf, shareBar } from "../draw-bars.ts";
import { colours, count, plain, table } from "../terminal.ts";

const { bold, dim } = colours;

const MEMBERS_SHOWN = 5;

/** What a segment would be like: how large, by whom one knows, who is in it, and what it shares with others. */
export function drawPreview(preview: PreviewAnswer): string {
	const { segmentId, size, people, condition, class: pace, members } = preview;
	const share = people === 0 ? 0 : size / people;
	const some = members.slice(0, MEMBERS_SHOWN);
	return [
		`${bold(segmentId ?? "the condition")}: ${sizeIn(preview)}, ${percent(share)} of ${grouped(people)}`,
		`${shareBar(share)} ${dim(lookedAt(preview))}`,
		`${bold("meets")}: ${plain(condition)}`,
		`${bold("would be")}: ${pace.kind}, ${plain(pace.why)}`,
		...(some.length === 0 ? [] : [`${bold("such as")}: ${some.join(", ")}`]),
		overlap(preview),
	].join("\n");
}

function sizeIn({ size, low, high, isExact }: PreviewAnswer): string {
	const people = size === 1 ? "person" : "people";
	if (isExact) return `${grouped(size)} ${people}`;
	return `about ${grouped(size)} ${people} (with 95 % certainty ${grouped(low)} to ${grouped(high)})`;
}

function lookedAt({ isExact, lookedAt: n, asOf }: PreviewAnswer): string {
	const whom = isExact ? "everybody was looked at" : `${count(n, "person", "people")} drawn by lot were looked at`;
	return `${whom}, as of ${minuteOf(asOf)} UTC`;
}

function overlap({ overlap: all, size }: PreviewAnswer): string {
	if (all.length === 0) return `\n${bold("in other segments")}: nobody`;
	const rows = all.map((one) => {
		const share = size === 0 ? 0 : Math.min(1, one.size / size);
		return [one.segmentId, grouped(one.size), `${shareBar(share)} ${percent(share)}`];
	});
	return `\n${bold("in other segments, too")}\n${table(["segment", "people", "of this one"], rows)}`;
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
