/** How many values of one namespace people have: figures over those who have one at least. */
export type NamespaceFigures = {
	readonly namespace: string;
	readonly people: number;
	readonly average: number;
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
	/** Of 1: who has more than one. */
	readonly shareWithMore: number;
	readonly verdict: Verdict;
};

export type Verdict = "ideal" | "acceptable" | "many" | "reconsider";

/**
 * Whether a namespace tells people apart, by its values a person on average (FIELD A1 row 22, after Snowplow): about 1 is
 * ideal, 2 to 5 are acceptable, tens are to be reconsidered. Between these it is `many`.
 */
export function verdictOf(average: number): Verdict {
	if (average < 2) return "ideal";
	if (average <= 5) return "acceptable";
	return average < 10 ? "many" : "reconsider";
}

/** The figures of each namespace, by name. A person is given as the namespaces of his identifiers, one for each of these. */
export function figuresOf(people: readonly (readonly string[])[]): NamespaceFigures[] {
	const counts = new Map<string, number[]>();
	for (const person of people) {
		for (const [namespace, values] of Map.groupBy(person, (each) => each)) {
			const known = counts.get(namespace) ?? [];
			known.push(values.length);
			counts.set(namespace, known);
		}
	}
	return [...counts].sort(([x], [y]) => (x < y ? -1 : 1)).map(([namespace, all]) => figures(namespace, all));
}

function figures(namespace: string, counts: readonly number[]): NamespaceFigures {
	const sorted = counts.toSorted((x, y) => x - y);
	const people = sorted.length;
	const average = sorted.reduce((sum, count) => sum + count, 0) / people;
	return {
		namespace,
		people,
		average: rounded(average),
		p50: at(sorted, 0.5),
		p99: at(sorted, 0.99),
		max: at(sorted, 1),
		shareWithMore: rounded(sorted.filter((count) => count > 1).length / people),
		verdict: verdictOf(average),
	};
}

/** The nearest rank: the smallest that so large a share of all does not exceed. */
const at = (sorted: readonly number[], share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
