import type { Asked, AskedGroup, Test } from "./asked.ts";
import { generateTest } from "./generate-test.ts";

/** Asked so often, a condition is worth code of its own: making it costs as much as a few thousand answers save. */
const OFTEN = 10_000;

/** Of so many answers one is looked at closely, to see which parts decide. */
const EACH = 50;

/**
 * The same as `asked.test`, which closures answer that all segments share, until it was asked often; from then on
 * `replace` is told of code of its own, of which engines make nearly what a person would have written by hand, and in which
 * what decides most often, for what it costs, is asked first.
 */
export function sharpen(asked: Asked, replace: (test: Test) => void): Test {
	const met = new Map<Asked, number>();
	let asks = 0;
	return (facts, now) => {
		asks++;
		if (asks % EACH === 0 && asks < OFTEN) watch(asked, met, (part) => part.test(facts, now));
		if (asks === OFTEN) replace(generateTest(asked, orderBy(met)) ?? asked.test);
		return asked.test(facts, now);
	};
}

/** Counts how often each part is met. */
function watch(asked: Asked, met: Map<Asked, number>, isMet: (part: Asked) => boolean): void {
	if (asked.kind === "leaf") return;
	for (const part of asked.parts) {
		if (isMet(part)) met.set(part, (met.get(part) ?? 0) + 1);
		watch(part, met, isMet);
	}
}

/** First what costs least for each time that it decides. */
function orderBy(met: ReadonlyMap<Asked, number>): (group: AskedGroup) => readonly Asked[] {
	return ({ kind, parts }) => {
		const price = (part: Asked) => {
			const share = (met.get(part) ?? 0) / (OFTEN / EACH);
			return part.cost / Math.max(kind === "all" ? 1 - share : share, 0.001);
		};
		return parts.toSorted((x, y) => price(x) - price(y));
	};
}
