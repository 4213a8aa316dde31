import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "#demo/shop.ts";
import { BATCH, onConnections, openLoop, post } from "../load.ts";
import type { BenchServer } from "../server.ts";

/** Tutti lets nobody wait that long: it works off its queue in half a minute. */
const LONGEST_REFUSED_MS = 60_000;

/** A server and what it is sent: the same messages as every other. */
export type Side = { readonly server: BenchServer; readonly messages: Generator<Message> };

/** What became of a part of the load. */
export type Loaded = {
	readonly events: number;
	/** Until all of it has been through. */
	readonly ms: number;
	readonly cpuMicros: number;
	/** How long each request took, ms. */
	readonly answers: readonly number[];
};

/** Sends so many events in batches as fast as they are taken in, and waits until they have been through. */
export async function takeIn({ server, messages }: Side, count: number): Promise<Loaded> {
	const answers: number[] = [];
	let events = 0;
	await server.idle();
	const cpuBefore = server.cpuMicros();
	const begun = performance.now();
	await onConnections(async () => {
		while (events < count) {
			events += BATCH;
			answers.push(await insist(server.url, next(messages, BATCH)));
		}
	});
	await server.idle();
	return { events, ms: performance.now() - begun, cpuMicros: server.cpuMicros() - cpuBefore, answers };
}

/** Requests of one event, sent on time: a slow answer delays no later request, so slowness cannot hide. Answers how long each took. */
export async function steady({ server, messages }: Side, rate: { perSecond: number; seconds: number }) {
	const answers: number[] = [];
	const send = async (due: number) => {
		await insist(server.url, next(messages, 1));
		answers.push(performance.now() - due);
	};
	const { leftOut } = await openLoop({ ...rate, send });
	if (leftOut > 0) throw new Error(`${leftOut} requests were never sent: the server is far too slow for this`);
	await server.idle();
	return answers;
}

const next = (messages: Generator<Message>, count: number) =>
	Array.from({ length: count }, () => messages.next().value as Message); // they never end

/** Sends a batch until all of it is taken in. Answers how long that took, ms. */
export async function insist(url: string, batch: readonly object[]): Promise<number> {
	const begun = performance.now();
	while (performance.now() - begun < LONGEST_REFUSED_MS) {
		const { status, isWhole } = await post(url, batch);
		if (isWhole) return performance.now() - begun;
		// refused before its body was read, a request may find its connection closed before it has read the refusal
		if (status !== 0 && status !== 429)
			throw new Error(`a request was answered ${status}, or not all of it was taken in`);
		await sleep(50);
	}
	throw new Error("the server took nothing in for a minute");
}
