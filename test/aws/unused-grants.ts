/** Grants that no run of this suite can use, and why they are right all the same. A reason that no longer applies fails the test. */
export type Reason = {
	/** @default every function that has such a grant */
	readonly entries?: readonly string[];
	readonly actions: readonly string[];
	/** @default any */
	readonly resource?: RegExp;
	readonly why: string;
};

export const UNUSED_GRANTS: readonly Reason[] = [
	{
		actions: [
			"sqs:ReceiveMessage",
			"sqs:ChangeMessageVisibility",
			"sqs:GetQueueUrl",
			"sqs:DeleteMessage",
			"sqs:GetQueueAttributes",
		],
		why: "Lambda polls the queue in the function's name; the emulator's poller is no client of its own HTTP API.",
	},
];
