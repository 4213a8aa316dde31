import type { APIGatewayProxyEventV2, Context, SQSEvent } from "aws-lambda";
import type { Unit, Usage, UsageMeter } from "#adapters/meter/usage.ts";
import { type Deployed, type DeployedTutti, WORKERS } from "./deployed.ts";
import type { Request, Trace } from "./traces.ts";
import type { BusEntry } from "./wire/aws.ts";

/** What some invocations of a function took. */
type Spent = { invocations: number; cpuMicros: number; waitedMs: number; logBytes: number };

export type Replayed = {
	readonly events: number;
	readonly requests: number;
	/** Bytes of an envelope in the queue, on average. */
	readonly messageBytes: number;
	readonly usage: { readonly [fn in FunctionName]: Usage };
	readonly spent: { readonly [fn in FunctionName]: Spent };
};

export type FunctionName = "collector" | "pass" | "publish" | "identities";

/** CloudWatch Logs bills each line so many bytes more than it has (Pricing, "26 bytes of overhead"). */
const LOG_LINE_BYTES = 26;
/** When what is measured of a trace begins. */
export const BEGUN = Date.parse("2026-11-22T12:00:00.000Z");

/**
 * Sends a trace through the functions as it would go through the deployed ones: each request to the collector, what that puts on the bus into
 * batches of so many messages for the pass, what the pass writes into the outbox back on the bus, and changes of identity to their archive.
 * Answers what all of it used, without what came before the trace. Throws when a message comes again: then the figures would be of something else.
 */
export async function replay(tutti: DeployedTutti, trace: Trace, messagesABatch: number): Promise<Replayed> {
	const driver = drive(tutti, messagesABatch);
	for (const request of trace.before) await driver.send(request);
	await driver.finish();
	const [before, spentBefore] = [driver.usage(), driver.spent()];
	driver.restart();
	let events = 0;
	for (const request of trace.requests) {
		events += request.messages.length;
		await driver.send(request);
	}
	await driver.finish();
	const messageBytes = driver.messageBytes();
	return {
		events,
		requests: trace.requests.length,
		messageBytes,
		usage: mapOf((fn) => without(driver.usage()[fn], before[fn])),
		spent: mapOf((fn) => spentSince(driver.spent()[fn], spentBefore[fn])),
	};
}

const NAMES: readonly FunctionName[] = ["collector", "pass", "publish", "identities"];
const mapOf = <T>(value: (fn: FunctionName) => T) =>
	Object.fromEntries(NAMES.map((fn) => [fn, value(fn)])) as Record<FunctionName, T>;

function drive(tutti: DeployedTutti, messagesABatch: number) {
	const { aws, clock, passes } = tutti;
	const meters: Record<FunctionName, UsageMeter> = mapOf(
		(fn) => (fn === "pass" ? passes[0] : tutti[fn])?.meter as UsageMeter,
	);
	const spent = mapOf((): Spent => ({ invocations: 0, cpuMicros: 0, waitedMs: 0, logBytes: 0 }));
	let [sent, bytes, messages] = [0, 0, 0];
	let batches: string[][] = Array.from({ length: WORKERS }, () => []);
	let identities: string[] = [];

	async function invoke<Event>(fn: FunctionName, { handler }: Deployed<Event>, event: Event): Promise<unknown> {
		const before = aws.waiting.read();
		const { answer, logBytes } = await listening(() => handler(event, CONTEXT));
		const after = aws.waiting.read();
		const sum = spent[fn];
		sum.invocations++;
		sum.cpuMicros += after.cpuMicros - before.cpuMicros;
		sum.waitedMs += after.waitedMs - before.waitedMs;
		sum.logBytes += logBytes;
		return answer;
	}

	/** What the bus's rules do with new entries. */
	async function deliver(): Promise<void> {
		for (const entry of aws.takeEntries()) {
			const body = wrapped(entry);
			if (entry.DetailType === "IdentityChanged") identities.push(body);
			if (entry.DetailType !== "EventsCollected") continue;
			const worker = sent++ % WORKERS;
			messages++;
			bytes += Buffer.byteLength(body);
			const batch = batches[worker] ?? [];
			batch.push(body);
			if (batch.length >= messagesABatch) await pass(worker);
		}
	}

	async function pass(worker: number): Promise<void> {
		const batch = batches[worker]?.splice(0) ?? [];
		const [one] = [passes[worker]];
		if (batch.length === 0 || !one) return;
		const answer = (await invoke("pass", one, queueEvent(batch))) as { batchItemFailures: unknown[] };
		if (answer.batchItemFailures.length > 0) throw new Error(`${answer.batchItemFailures.length} messages come again`);
		const rows = aws.takeOutbox();
		// in a shard of the stream as the pass left them: as many as it wrote are told at once
		if (rows.length > 0) await invoke("publish", tutti.publish, streamEvent(rows) as never);
		await deliver();
		if (identities.length >= 20) await invoke("identities", tutti.identities, queueEvent(identities.splice(0)));
	}

	return {
		async send({ at, messages: all }: Request): Promise<void> {
			clock.at = new Date(BEGUN + at);
			const answer = (await invoke("collector", tutti.collector, httpEvent(all, clock.at))) as { statusCode: number };
			if (answer.statusCode !== 200) throw new Error(`the collector answered ${answer.statusCode}`);
			await deliver();
		},
		async finish(): Promise<void> {
			for (const worker of batches.keys()) await pass(worker);
			if (identities.length > 0) await invoke("identities", tutti.identities, queueEvent(identities.splice(0)));
			await deliver();
		},
		restart(): void {
			[bytes, messages] = [0, 0];
			batches = batches.map(() => []);
			identities = [];
		},
		usage: () => mapOf((fn) => meters[fn].read()),
		spent: () => mapOf((fn) => ({ ...spent[fn] })),
		messageBytes: () => bytes / Math.max(1, messages),
	};
}

function without(after: Usage, before: Usage): Usage {
	const minus = (x: Readonly<Record<string, number | undefined>>, y: Readonly<Record<string, number | undefined>>) =>
		Object.fromEntries(Object.entries(x).map(([name, value]) => [name, (value ?? 0) - (y[name] ?? 0)]));
	return {
		counts: minus(after.counts, before.counts) as { [unit in Unit]?: number },
		calls: minus(after.calls, before.calls),
		smallRecords: after.smallRecords - before.smallRecords,
	};
}

const spentSince = (after: Spent, before: Spent): Spent => ({
	invocations: after.invocations - before.invocations,
	cpuMicros: after.cpuMicros - before.cpuMicros,
	waitedMs: after.waitedMs - before.waitedMs,
	logBytes: after.logBytes - before.logBytes,
});

/** Runs a function; what it prints is what CloudWatch takes in; here nobody needs to see it. */
export async function listening<T>(run: () => Promise<T>): Promise<{ answer: T; logBytes: number }> {
	const write = process.stdout.write;
	let logBytes = 0;
	process.stdout.write = ((text: string | Uint8Array) => {
		logBytes += Buffer.byteLength(text) + LOG_LINE_BYTES;
		return true;
	}) as typeof write;
	try {
		return { answer: await run(), logBytes };
	} finally {
		process.stdout.write = write;
	}
}

export const CONTEXT = {
	awsRequestId: "00000000-0000-4000-8000-000000000000",
	functionName: "measured",
	functionVersion: "$LATEST",
	invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:measured",
	memoryLimitInMB: "512",
	getRemainingTimeInMillis: () => 60_000,
} as unknown as Context;

let requestNumber = 0;
/** As the HTTP API hands over what a browser's SDK sent (payload format 2.0). */
function httpEvent(messages: readonly object[], at: Date): APIGatewayProxyEventV2 {
	const sentAt = at.toISOString();
	const batch = messages.map((message) => ({ ...message, timestamp: sentAt }));
	return {
		version: "2.0",
		routeKey: "$default",
		rawPath: "/v1/batch",
		rawQueryString: "",
		headers: {
			"content-type": "text/plain",
			origin: "https://shop.example",
			"user-agent": "Mozilla/5.0",
			authorization: `Basic ${Buffer.from("wk_reference_web:").toString("base64")}`,
		},
		requestContext: {
			accountId: "000000000000",
			apiId: "api",
			domainName: "api.example",
			domainPrefix: "api",
			http: {
				method: "POST",
				path: "/v1/batch",
				protocol: "HTTP/1.1",
				sourceIp: "203.0.113.7",
				userAgent: "Mozilla/5.0",
			},
			requestId: `request-${requestNumber++}`,
			routeKey: "$default",
			stage: "$default",
			time: at.toUTCString(),
			timeEpoch: at.getTime(),
		},
		body: JSON.stringify({ batch, sentAt }),
		isBase64Encoded: false,
	};
}

/** The body of a queue's message when a rule of the bus put it there. */
const wrapped = ({ Source, DetailType, Detail }: BusEntry): string =>
	`{"version":"0","id":"11111111-2222-4333-8444-555555555555","detail-type":"${DetailType}","source":"${Source}",` +
	`"account":"000000000000","time":"2026-11-22T12:00:00Z","region":"us-east-1","resources":[],"detail":${Detail}}`;

const queueEvent = (bodies: readonly string[]): SQSEvent => ({
	Records: bodies.map((body, n) => ({
		messageId: `message-${n}`,
		receiptHandle: "receipt",
		body,
		attributes: {
			ApproximateReceiveCount: "1",
			SentTimestamp: "0",
			SenderId: "nobody",
			ApproximateFirstReceiveTimestamp: "0",
		},
		messageAttributes: {},
		md5OfBody: "",
		eventSource: "aws:sqs",
		eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:queue",
		awsRegion: "us-east-1",
	})),
});

const streamEvent = (rows: readonly object[]) => ({
	Records: rows.map((NewImage, n) => {
		const { pk, sk } = NewImage as { pk: unknown; sk: unknown }; // rows of the table have their key
		return { eventName: "INSERT", dynamodb: { Keys: { pk, sk }, NewImage, SequenceNumber: String(n) } };
	}),
});
