import { setTimeout as sleep } from "node:timers/promises";
import { endless } from "../endless.ts";
import { BATCH, closedLoop, openLoop, post } from "../load.ts";
import { quantile } from "../measure.ts";
import type { Reading, SoakServer } from "./server.ts";

/** People of the overload, so that each can be asked for afterwards. */
const PEOPLE = 500;

const messages = endless();
export const shopBatch = () => Array.from({ length: BATCH }, () => messages.next().value);

/** Events of a few people, so that each can be asked for afterwards. They are plainer than the shop's, and cost less. */
export function plainBatches(name: string): () => object[] {
	let n = 0;
	const plain = () => {
		n++;
		const [messageId, userId] = [`${name}-${n}`, `${name}-${n % PEOPLE}`];
		return { type: "track", event: "Product Viewed", messageId, userId, properties: { product_id: "p" } };
	};
	return () => Array.from({ length: BATCH }, plain);
}

/**
 * The most events a second that go through: as fast as they are accepted for so long, and then until the last is archived, on
 * its profile, judged and delivered. The first seconds, in which everything is compiled, do not count.
 */
export async function measureMaximum(
	server: SoakServer,
	{ seconds, batch }: { readonly seconds: number; readonly batch: () => readonly object[] },
): Promise<number> {
	await closedLoop(server.url, { seconds: Math.min(10, seconds / 3), batch });
	await server.idle();
	const begun = performance.now();
	const accepted = await closedLoop(server.url, { seconds, batch });
	await server.idle();
	return (accepted * 1000) / (performance.now() - begun);
}

/** One reading during the soak. */
type Sample = Reading & {
	readonly at: number;
	/** Events accepted until then. */
	readonly events: number;
	readonly p50: number;
	readonly p99: number;
};

export type Soaked = {
	readonly samples: readonly Sample[];
	readonly events: number;
	/** Requests that were not answered 200, by what they were answered. */
	readonly others: Readonly<Record<string, number>>;
	readonly leftOut: number;
};

type Soak = {
	readonly eventsPerSecond: number;
	readonly seconds: number;
	readonly everySeconds: number;
	readonly onSecond: (seconds: number) => void;
};

/** A steady stream, and what the server holds meanwhile. */
export async function soak(
	server: SoakServer,
	{ eventsPerSecond, seconds, everySeconds, onSecond }: Soak,
): Promise<Soaked> {
	const samples: Sample[] = [];
	const others: Record<string, number> = {};
	let events = 0;
	let waits: number[] = [];
	const send = async (due: number) => {
		const { status } = await post(server.url, shopBatch());
		waits.push(performance.now() - due);
		if (status === 200) events += BATCH;
		else others[status] = (others[status] ?? 0) + 1;
	};
	const sample = (at: number) => {
		onSecond(at);
		if (at % everySeconds !== 0) return;
		samples.push({ at, events, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), ...server.reading() });
		waits = [];
	};
	const { leftOut } = await openLoop({ perSecond: eventsPerSecond / BATCH, seconds, send, onSecond: sample });
	await server.idle();
	return { samples, events, others, leftOut };
}

export type Overloaded = {
	readonly seconds: number;
	/** Requests by what they were answered. */
	readonly answers: Readonly<Record<string, number>>;
	/** Of those that were answered 429, how many were told when to come again. */
	readonly toldWhen: number;
	readonly accepted: number;
	/** Events of accepted requests in the archive, and how many different ones. */
	readonly archived: number;
	readonly distinct: number;
	/** Events on the profiles of their people. */
	readonly counted: number;
	/** From the end of the load until everything was through, seconds. */
	readonly recoveredIn: number;
	readonly leftOut: number;
	readonly memoryMb: number;
};

/** Plain events, more than it can do: what is too much must be refused, and what was accepted must be there afterwards, once. */
export async function overload(
	server: SoakServer,
	{ eventsPerSecond, seconds, onSecond }: Omit<Soak, "everySeconds">,
): Promise<Overloaded> {
	const answers: Record<string, number> = {};
	let [accepted, toldWhen, memoryMb] = [0, 0, 0];
	const batch = plainBatches("overload");
	const send = async () => {
		const { status, retryAfter } = await post(server.url, batch());
		answers[status] = (answers[status] ?? 0) + 1;
		if (status === 200) accepted += BATCH;
		if (status === 429 && Number(retryAfter) > 0) toldWhen++;
	};
	const watch = (at: number) => {
		onSecond(at);
		memoryMb = Math.max(memoryMb, server.reading().memoryMb);
	};
	const { leftOut } = await openLoop({ perSecond: eventsPerSecond / BATCH, seconds, send, onSecond: watch });
	const over = performance.now();
	await server.idle();
	const recoveredIn = (performance.now() - over) / 1000;
	await sleep(1000);
	const like = "from events where message_id like 'overload-%'";
	const [archived, distinct] = (await server.query(`select count(*), count(distinct message_id) ${like}`)).map(Number);
	let counted = 0;
	for (let person = 0; person < PEOPLE; person++) counted += await server.eventsOf(`overload-${person}`);
	return {
		...{ seconds, answers, toldWhen, accepted, counted, recoveredIn, leftOut, memoryMb },
		archived: archived ?? 0,
		distinct: distinct ?? 0,
	};
}
