/** One line of a price list. Prices are US dollars in us-east-1. */
export type Price = {
	/** Dollars for `per` of the unit. */
	readonly dollars: number;
	readonly per: number;
	/** When it was written down here. */
	readonly read: string;
	readonly source: string;
	/** Not confirmed by a vendor's page or by somebody who quotes it: taken from memory, look it up before you rely on it. */
	readonly isUnverified?: true;
	/** From so many a month on it is cheaper. */
	readonly above?: { readonly from: number; readonly dollars: number };
};

const MILLION = 1_000_000;
const GIGABYTE = 1024 ** 3;
/** When they were written down here, as each source quoted them. */
const READ = "2026-11-22";

const price = (dollars: number, per: number, source: string, more: Partial<Price> = {}): Price => ({
	dollars,
	per,
	read: READ,
	source,
	...more,
});
const unverified = { isUnverified: true } as const;

/** What AWS takes for each unit that the meter counts. Free tiers are left out: they are the account's, not Tutti's. */
export const PRICES = {
	httpRequests: price(1, MILLION, "aws.amazon.com/api-gateway/pricing, HTTP API; the second step from memory", {
		above: { from: 300 * MILLION, dollars: 0.9 },
	}),
	lambdaRequests: price(0.2, MILLION, "aws.amazon.com/lambda/pricing"),
	lambdaMbMs: price(0.0000133334, 1024 * 1000, "aws.amazon.com/lambda/pricing, arm64, a GB-second, first tier"),
	busEntries: price(1, MILLION, "aws.amazon.com/eventbridge/pricing, custom events, each 64 KB"),
	sqsRequests: price(0.4, MILLION, "aws.amazon.com/sqs/pricing, standard queues, each 64 KB"),
	firehoseBytes: price(
		0.029,
		GIGABYTE,
		"Firehose, direct PUT, first 500 TB, each record rounded up to 5 KB",
		unverified,
	),
	writeUnits: price(0.625, MILLION, "aws.amazon.com/dynamodb/pricing/on-demand, since 2024-11-01"),
	readUnits: price(0.125, MILLION, "aws.amazon.com/dynamodb/pricing/on-demand, since 2024-11-01"),
	provisionedWrites: price(
		0.00065,
		3600,
		"aws.amazon.com/dynamodb/pricing/provisioned, a write unit of capacity for a second",
	),
	provisionedReads: price(0.00013, 3600, "DynamoDB, a read unit of capacity for a second", unverified),
	logBytes: price(0.5, GIGABYTE, "CloudWatch Logs, collection", unverified),
	s3Puts: price(5, MILLION, "S3 Standard, PUT", unverified),
	s3Gets: price(0.4, MILLION, "S3 Standard, GET", unverified),
	athenaBytes: price(5, 1024 ** 4, "Athena, a TB scanned", unverified),
	secretReads: price(0.05, 10_000, "Secrets Manager, API calls", unverified),
	traces: price(5, MILLION, "X-Ray, traces recorded", unverified),
	schedules: price(
		1,
		MILLION,
		"aws.amazon.com/eventbridge/pricing, Scheduler, after 14 M free ones, which are not counted",
	),
} as const satisfies Record<string, Price>;

/** What is paid for by the month whether anything happens or not. */
export const MONTHLY = {
	alarm: price(0.1, 1, "CloudWatch, standard-resolution alarm", unverified),
	compositeAlarm: price(0.5, 1, "CloudWatch, composite alarm", unverified),
	secret: price(0.4, 1, "Secrets Manager, a secret", unverified),
	metric: price(0.3, 1, "CloudWatch, custom metric, first 10,000", unverified),
	dashboard: price(
		3,
		1,
		"CloudWatch, dashboard (the first three of an account are free, which is not counted)",
		unverified,
	),
	key: price(1, 1, "KMS, customer managed key", unverified),
	tableGigabyte: price(0.25, 1, "aws.amazon.com/dynamodb/pricing, storage, a GB"),
	archiveGigabyte: price(0.023, 1, "S3 Standard, a GB", unverified),
} as const satisfies Record<string, Price>;

/**
 * What AWS gives every account each month for ever, of what an idle installation uses: from memory. It is the account's: whoever has other
 * things in it has used it up.
 */
export const ALWAYS_FREE: { readonly [line: string]: number } = {
	"metrics that alarms look at": 10,
	"custom metrics, by the hours in which they are put": 10,
	"empty receives of queues": MILLION,
	"scheduled calls": 14 * MILLION,
	"their Lambda requests": MILLION,
	"their Lambda MB-ms": 400_000 * 1024 * 1000,
};

/** What peers take for a million events at so many a month (docs/how-to/what-it-costs.md says how to read it). */
export const PEERS: readonly { readonly name: string; readonly perMillion: { readonly [volume: string]: number } }[] = [
	{ name: "Segment, Team list", perMillion: { "10 M": 513, "1 B": 500, "100 B": 500 } },
	{ name: "PostHog, product analytics", perMillion: { "10 M": 32.4, "1 B": 11.6, "100 B": 9 } },
	{ name: "clickstream-analytics-on-aws (no profiles)", perMillion: { "10 M": 10, "100 M": 1.51, "1 B": 0.81 } },
];

/** Dollars for so many units in a month. */
export function dollarsFor({ dollars, per, above }: Price, units: number): number {
	if (!above || units <= above.from) return (units * dollars) / per;
	return (above.from * dollars + (units - above.from) * above.dollars) / per;
}
