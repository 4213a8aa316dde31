/** From (included) to (excluded), milliseconds: when a condition is met as long as nothing else happens. */
export type Span = readonly [from: number, until: number];

/** Never, as a moment. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Whether a moment lies in one of them. */
export const isWithin = (spans: readonly Span[], now: number): boolean =>
	spans.some(([from, until]) => from <= now && now < until);

/** The first moment after now at which the answer is another one; `NEVER` when there is none. */
export function endOfAnswer(spans: readonly Span[], now: number): number {
	const isMet = isWithin(spans, now);
	const ahead = spans.flat().filter((moment) => moment > now && moment !== NEVER);
	return ahead.sort((x, y) => x - y).find((moment) => isWithin(spans, moment) !== isMet) ?? NEVER;
}
