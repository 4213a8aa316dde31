import { setTimeout as sleep } from "node:timers/promises";
import { endless } from "./endless.ts";
import { quantile } from "./measure.ts";
import { type BenchServer, startServer } from "./server.ts";

const BATCH = 20;
const CONNECTIONS = 8;
/** A new segment over a million events takes some minutes. */
const LONGEST_FILL_MS = 20 * 60_000;

export type PipelineFigures = {
	readonly startedInMs: number;
	readonly events: number;
	/** From the first request to the moment when every event is archived, on its profile and segmented. */
	readonly eventsPerSecond: number;
	/** The server's CPU for one event, from request to delivery, microseconds: what does not depend on who else is busy. */
	readonly cpuMicrosPerEvent: number;
	/** Answers of the collector while requests of 20 events come as fast as they are answered, ms. */
	readonly loadedAnswerMs: { readonly p50: number; readonly p99: number };
	/** Answers of the collector at 200 requests a second of one event, sent on time whatever the answers do, ms. */
	readonly steadyAnswerMs: { readonly p50: number; readonly p99: number };
	/** From the answer to an event to its profile being readable, ms. */
	readonly readableMs: { readonly p50: number; readonly p99: number };
	/** Resident memory of the server at each tenth of the load, MB. */
	readonly memoryMb: readonly number[];
	/** The highest its resident memory ever was, up to when all was done and the whole archive had been read, MB. */
	readonly peakMemoryMb: number;
};

/** The whole local pipeline in a process of its own under load from this one. */
export async function benchPipeline(count: number): Promise<PipelineFigures> {
	const server = await startServer();
	try {
		await steady(server, { perSecond: 200, seconds: 3 }); // what runs for the first time is compiled first
		const steadyAnswerMs = await steady(server, { perSecond: 200, seconds: 15 });
		const readableMs = await readable(server, 200);
		const load = await loaded(server, count);
		await readArchive(server);
		await server.idle();
		const peakMemoryMb = Math.round(server.peakMemoryMb());
		return { startedInMs: server.startedInMs, steadyAnswerMs, readableMs, ...load, peakMemoryMb };
	} finally {
		await server.close();
	}
}

async function loaded(server: BenchServer, count: number) {
	const messages = endless();
	const answers: number[] = [];
	const memoryMb: number[] = [];
	let sent = 0;
	await server.idle();
	const cpuBefore = server.cpuMicros();
	const begun = performance.now();
	const connection = async () => {
		while (sent < count) {
			sent += BATCH;
			const batch = Array.from({ length: BATCH }, () => messages.next().value);
			const asked = performance.now();
			await send(server, batch);
			answers.push(performance.now() - asked);
			if (sent >= ((memoryMb.length + 1) * count) / 10) memoryMb.push(Math.round(server.memoryMb()));
		}
	};
	await Promise.all(Array.from({ length: CONNECTIONS }, connection));
	await server.idle();
	const seconds = (performance.now() - begun) / 1000;
	const cpuMicrosPerEvent = (server.cpuMicros() - cpuBefore) / sent;
	return {
		events: sent,
		eventsPerSecond: sent / seconds,
		cpuMicrosPerEvent,
		loadedAnswerMs: spread(answers),
		memoryMb,
	};
}

/** Open loop: a slow answer delays no later request, so slowness cannot hide. */
async function steady(server: BenchServer, { perSecond, seconds }: { perSecond: number; seconds: number }) {
	const messages = endless();
	const answers: number[] = [];
	const pending: Promise<void>[] = [];
	const begun = performance.now();
	for (let at = 0; at < perSecond * seconds; at++) {
		const due = begun + (at * 1000) / perSecond;
		const wait = due - performance.now();
		if (wait > 0) await sleep(wait);
		pending.push(send(server, [messages.next().value]).then(() => void answers.push(performance.now() - due)));
	}
	await Promise.all(pending);
	await server.idle();
	return spread(answers);
}

async function readable(server: BenchServer, visitors: number) {
	const waits: number[] = [];
	const headers = { authorization: `Bearer ${server.adminToken}` };
	for (let visitor = 0; visitor < visitors; visitor++) {
		const userId = `bench-visitor-${visitor}`;
		await send(server, [{ type: "identify", messageId: `readable-${visitor}`, userId, traits: { plan: "gold" } }]);
		const answered = performance.now();
		for (let found = false; !found; ) {
			const answer = await fetch(`${server.url}/v1/profiles/user_id:${userId}`, { headers });
			await answer.arrayBuffer();
			found = answer.ok;
		}
		waits.push(performance.now() - answered);
	}
	return spread(waits);
}

/** What needs memory for the whole archive: a segment about an event nobody asked for before, and a query over all. */
async function readArchive(server: BenchServer) {
	const path = "/v1/definitions/segment/bench-lookers";
	await server.ask("PUT", path, { id: "bench-lookers", when: { event: "Product Viewed", atLeast: 2 } });
	const isLive = async () => {
		const { readiness } = await server.ask("GET", "/v1/segments/bench-lookers");
		return (readiness as { state?: string }).state === "live";
	};
	const deadline = performance.now() + LONGEST_FILL_MS;
	while (!(await isLive())) {
		if (performance.now() > deadline) throw new Error("the segment never became live");
		await sleep(2000);
	}
	await server.ask("POST", "/v1/query", { sql: "SELECT event, count(DISTINCT seed_id) FROM events GROUP BY 1" });
}

/** The local server lets nobody wait that long: it works off its queue in half a minute. */
const LONGEST_REFUSED_MS = 60_000;

async function send(server: BenchServer, batch: readonly unknown[]): Promise<void> {
	const headers = {
		authorization: `Basic ${Buffer.from("sk_demo_server:").toString("base64")}`,
		"content-type": "application/json",
	};
	const sentAt = new Date().toISOString();
	const deadline = performance.now() + LONGEST_REFUSED_MS;
	for (;;) {
		if (performance.now() > deadline) throw new Error("the server took nothing in for a minute");
		const body = JSON.stringify({ batch, sentAt });
		// refused before its body was read, a request may find its connection closed before it has read the refusal
		const answer = await fetch(`${server.url}/v1/batch`, { method: "POST", headers, body }).catch(() => undefined);
		const text = await answer?.text();
		if (answer === undefined || text === undefined || answer.status === 429) {
			await sleep(50);
			continue;
		}
		if (!answer.ok || !text.includes('"rejected":[]'))
			throw new Error(`answered ${answer.status}: ${text.slice(0, 200)}`);
		return;
	}
}

const spread = (ms: readonly number[]) => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) });
