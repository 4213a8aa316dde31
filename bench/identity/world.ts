import { type Bill, openBill, type Sum } from "#adapters/meter/bill.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anEnvelope, aPass, aWorkspace, type Pass } from "#test/functions/unify/pass.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { quantile } from "../measure.ts";

/** What SQS hands to one invocation (`lib/constructs/queue-worker.ts`). */
const MESSAGES_A_BATCH = 10;

/** What some events cost the table, and the hot items (of fragments) that they wrote. */
export type Cost = Sum & {
	readonly events: number;
	readonly hotItemBytes: { readonly p50: number; readonly p99: number; readonly max: number };
};

type Options = { readonly identity?: IdentityRules; readonly segments?: readonly Segment[] };

/** The one pass over a table in memory that says what DynamoDB would bill, and a clock that stands at the last event. */
export function aWorld({ identity = DEFAULT_IDENTITY, segments = [] }: Options = {}) {
	const memory = memoryItemStore();
	const bill = openBill();
	const clock = { at: new Date(0) };
	const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
	const workspace = aWorkspace({ identity, segments: segments.map((one) => ({ ...one, ...applied })) });
	const workers: Pass[] = [];

	/** A worker that has just started: it remembers nothing. */
	function start(): Pass {
		const worker = aPass({ workspace, wrap: () => meteredItemStore(memory, bill.add), now: () => clock.at });
		workers.push(worker);
		return worker;
	}

	async function send(events: readonly CollectedEvent[], { anEnvelopeOf = 1, worker = workers[0] ?? start() } = {}) {
		const envelopes = chunks(events, anEnvelopeOf).map((some) => anEnvelope(some));
		for (const batch of chunks(envelopes, anEnvelopeOf === 1 ? 1 : MESSAGES_A_BATCH)) {
			const last = batch.flatMap((one) => one.events.map(({ receivedAt }) => receivedAt)).sort();
			clock.at = new Date(Math.max(clock.at.getTime(), Date.parse(last.at(-1) ?? "")));
			const failed = await worker.take(...batch);
			if (failed.length > 0) throw new Error(`${failed.length} of ${batch.length} envelopes came again`);
		}
	}

	return {
		/** How the table ended, for whoever wants to look. */
		memory,
		start,
		/** Takes events in: one at a time, or envelopes of so many, ten at once. Throws when one comes again. */
		send,
		/** The same, and answers what it cost. */
		async cost(events: readonly CollectedEvent[], how: Parameters<typeof send>[1] = {}): Promise<Cost> {
			bill.clear();
			await send(events, how);
			if (bill.sum().writeUnitsOf.QUA) throw new Error("events were set aside that were to be measured");
			return costOf(bill, events.length);
		},
		log: () => workers.flatMap(({ log }) => log.lines),
		close() {
			for (const worker of workers) worker.close();
		},
	};
}

export type World = ReturnType<typeof aWorld>;

function costOf(bill: Bill, events: number): Cost {
	const written = bill.charges().filter(({ writeUnits, refused }) => writeUnits > 0 && !refused);
	const isHot = ({ pk, sk }: { pk: string; sk: string }) => pk.startsWith("F#") && sk === "T";
	const hot = written.flatMap(({ items }) => items.filter(isHot).map(({ bytes }) => bytes));
	const hotItemBytes = { p50: quantile(hot, 0.5), p99: quantile(hot, 0.99), max: Math.max(0, ...hot) };
	return { ...bill.sum(), events, hotItemBytes };
}

function chunks<T>(all: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
