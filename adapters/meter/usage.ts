/** What AWS bills, counted. Bytes are the billed ones: rounded up as the service does it. */
export type Unit =
	| "httpRequests"
	| "lambdaRequests"
	| "lambdaMbMs"
	| "busEntries"
	| "sqsRequests"
	| "firehoseBytes"
	| "writeUnits"
	| "readUnits"
	| "logBytes"
	| "s3Puts"
	| "s3Gets"
	| "athenaBytes"
	| "secretReads";

/** Counts of a while. */
export type Usage = {
	readonly counts: { readonly [unit in Unit]?: number };
	/** Calls to AWS by their name: `PutItem`, `PutEvents`. */
	readonly calls: { readonly [command: string]: number };
	/** Records to Firehose that are billed for more than they hold. */
	readonly smallRecords: number;
};

export type UsageMeter = {
	add(unit: Unit, amount: number): void;
	called(command: string): void;
	smallRecord(): void;
	read(): Usage;
};

/** A meter that stands at nothing. */
export function openUsage(): UsageMeter {
	const counts = new Map<Unit, number>();
	const calls = new Map<string, number>();
	let smallRecords = 0;
	return {
		add: (unit, amount) => void counts.set(unit, (counts.get(unit) ?? 0) + amount),
		called: (command) => void calls.set(command, (calls.get(command) ?? 0) + 1),
		smallRecord() {
			smallRecords++;
		},
		read: () => ({
			counts: Object.fromEntries(counts) as Usage["counts"],
			calls: Object.fromEntries(calls),
			smallRecords,
		}),
	};
}
