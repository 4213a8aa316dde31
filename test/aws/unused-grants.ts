/** Grants that no run of this suite can use, and why they are there. A reason that no longer applies fails the test. */
export type Reason = {
	readonly actions: readonly string[];
	/** Whose, by the function's entry. @default every function that has such a grant */
	readonly entry?: RegExp;
	/** @default any */
	readonly resource?: RegExp;
	readonly why: string;
};

export const UNUSED_GRANTS: readonly Reason[] = [
	{
		actions: ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"],
		why: "Lambda polls the queue in the function's name; the emulator's poller calls itself, past the forwarder.",
	},
	{
		actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
		why: "CDK's grants to send to a queue or to take from it bring them along; they say a name and counts.",
	},
	{
		actions: ["sqs:SendMessage"],
		resource: /DeadLetters/,
		why: "Lambda and Scheduler send there in the role's name what they gave up on.",
	},
	{
		actions: ["sqs:SendMessage"],
		entry: /^activate\/deliver$/,
		why: "A delivery is put back when the vendor is to be asked later: the vendor of this suite says yes or never.",
	},
	{
		actions: ["sqs:SendMessageBatch", "sqs:DeleteMessageBatch", "sqs:ChangeMessageVisibilityBatch"],
		why: "AWS does not know them: `suit-emulator.ts` adds them for the emulator.",
	},
	{
		actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
		why: "Lambda writes the log in the function's name.",
	},
	{
		actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
		why: "Lambda's daemon sends traces in the function's name; the emulator has none.",
	},
	{
		actions: ["dynamodb:ListStreams", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
		why: "Lambda reads the stream in the function's name.",
	},
	{
		actions: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"],
		why: "Athena reads the catalogue in the name of whoever asks; the emulator's asks nobody.",
	},
	{
		actions: ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:PutObject", "s3:AbortMultipartUpload"],
		why: "Athena reads the archive and writes its answer in the name of whoever asks.",
	},
	{
		actions: [
			"athena:StartQueryExecution",
			"athena:GetQueryExecution",
			"athena:GetQueryResults",
			"athena:StopQueryExecution",
			"s3:DeleteObject",
		],
		why: "The archive is asked once it has settled, after 20 minutes to an hour, and by people: longer than a run takes.",
	},
	{
		actions: ["dynamodb:ConditionCheckItem"],
		entry: /^(unify|admin)\//,
		why: "A change of who is who checks clusters that it reads and leaves as they are: nobody becomes several here.",
	},
	{
		actions: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
		entry: /^admin\//,
		why: "To unblock an identifier, to correct who is who, to go on with a list: this suite asks for none of these.",
	},
	{
		actions: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
		entry: /^segment\/recompute-segments$/,
		why: "Sizes and the end of removed segments are written once everybody was judged, which waits for the archive to settle.",
	},
	{
		actions: ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
		entry: /^segment\/reconcile-segments$/,
		why: "The comparison with the archive is the night's, or asked for and then an hour later: longer than a run takes.",
	},
	{
		actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
		entry: /^unify\/resolve-again$/,
		why: "It goes through everybody once the identity rules were changed: they stay as they are here.",
	},
	{
		actions: ["events:PutEvents"],
		entry: /^admin\//,
		why: "For the rows of a list, which this suite does not upload.",
	},
];
