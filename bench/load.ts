import { setTimeout as sleep } from "node:timers/promises";

/** Events of one request under load, and how many requests are under way at once. */
export const BATCH = 20;
const CONNECTIONS = 8;

/** What became of one request, and how long it took, ms. */
export type Answered = {
	/** 0 for a connection that was refused or cut off. */
	readonly status: number;
	readonly retryAfter: string | null;
	/** Whether every event of it was taken in. */
	readonly isWhole: boolean;
	readonly ms: number;
};

/** Requests that wait for an answer, at most: more would only measure this process. */
const MOST_PENDING = 1500;

const HEADERS = { authorization: `Basic ${btoa("sk_demo_server:")}`, "content-type": "application/json" };

/** Sends one batch and tells what was answered. */
export async function post(url: string, batch: readonly object[]): Promise<Answered> {
	const asked = performance.now();
	try {
		const body = JSON.stringify({ batch, sentAt: new Date().toISOString() });
		const answer = await fetch(`${url}/v1/batch`, { method: "POST", headers: HEADERS, body });
		const isWhole = (await answer.text()).includes('"rejected":[]');
		const retryAfter = answer.headers.get("retry-after");
		return { status: answer.status, retryAfter, isWhole, ms: performance.now() - asked };
	} catch {
		return { status: 0, retryAfter: null, isWhole: false, ms: performance.now() - asked };
	}
}

type OpenLoop = {
	readonly perSecond: number;
	readonly seconds: number;
	/** One request, from the moment it was due (`performance.now()`). */
	readonly send: (due: number) => Promise<void>;
	/** Called about once a second. */
	readonly onSecond?: (seconds: number) => void;
};

/** Open loop: requests go out on time whatever the answers do, so that slowness cannot hide. Answers how many were left out. */
export async function openLoop({
	perSecond,
	seconds,
	send,
	onSecond,
}: OpenLoop): Promise<{ readonly leftOut: number }> {
	const pending = new Set<Promise<void>>();
	const begun = performance.now();
	let [told, leftOut] = [0, 0];
	for (let n = 0; n < perSecond * seconds; n++) {
		const due = begun + (n * 1000) / perSecond;
		const wait = due - performance.now();
		if (wait > 1) await sleep(wait);
		if (pending.size >= MOST_PENDING) leftOut++;
		else {
			const sent = send(due).finally(() => pending.delete(sent));
			pending.add(sent);
		}
		const passed = Math.floor((performance.now() - begun) / 1000);
		if (passed > told) {
			told = passed;
			onSecond?.(passed);
		}
	}
	await Promise.all(pending);
	return { leftOut };
}

type ClosedLoop = { readonly seconds: number; readonly batch: () => readonly object[] };

/** Each connection sends as soon as it is answered, and waits where it is told to. Answers how many events were accepted. */
export async function closedLoop(url: string, { seconds, batch }: ClosedLoop): Promise<number> {
	const until = performance.now() + seconds * 1000;
	let accepted = 0;
	await onConnections(async () => {
		while (performance.now() < until) {
			const events = batch();
			const { status, retryAfter } = await post(url, events);
			if (status === 200) accepted += events.length;
			else if (status === 429) await sleep(Number(retryAfter ?? 1) * 1000);
			else throw new Error(`a request was answered ${status}`);
		}
	});
	return accepted;
}

/** The same on each connection, until all have ended. */
export async function onConnections(work: () => Promise<void>): Promise<void> {
	await Promise.all(Array.from({ length: CONNECTIONS }, work));
}
