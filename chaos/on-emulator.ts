import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
	CreateEventBusCommand,
	type EventBridgeClient,
	PutRuleCommand,
	PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import type { Item, ItemChange, ItemStore, Write } from "#adapters/items/item-store.ts";
import { RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import type { BusEntry, Queue } from "#domain/model/ports.ts";
import { type Aws, awsAt } from "#test/support/aws-at.ts";
import { startMiniStack } from "#test/support/emulator.ts";
import { openArchive, openIdentityArchive } from "#test/wire/opened-archive.ts";
import { openItemStore } from "#test/wire/opened-item-store.ts";
import { createQueue } from "#test/wire/opened-queue.ts";
import { type Backing, QUEUE_NAMES, type QueueName, type Time } from "./backing.ts";

/** Long enough for a slow emulator to answer a batch's calls, short enough to be waited for. */
const VISIBILITY_SECONDS = 12;
const MAX_RECEIVES = 5;
/** A second of the story is a quarter of a real one when nobody has anything to do. */
const FASTER = 4;

/** An emulator of AWS with our adapters in front of it; each story has tables, queues, a bus and streams of its own. */
export async function openEmulator() {
	const { endpoint, stop } = await startMiniStack();
	const aws = awsAt(endpoint);
	return {
		open: (beginsAt: number) => openBacking(aws, beginsAt),
		close: async () => {
			aws.destroy();
			await stop();
		},
	};
}

async function openBacking(clients: Aws, beginsAt: number): Promise<Backing> {
	const { store, close } = await openItemStore(clients);
	const [events, identities] = [await openArchive(clients), await openIdentityArchive(clients)];
	const { queues, deadLetters, arns } = await openQueues(clients.sqs);
	const { items, changes, acknowledge } = withOutbox(store);
	const heard: BusEntry[] = [];
	const bus = eventBridgeBus({ client: clients.events, bus: await openBus(clients.events, arns) });
	return {
		time: hurriedClock(beginsAt),
		items,
		queues,
		deadLetters,
		changes,
		acknowledge,
		heard,
		bus: {
			async publish(entries) {
				await bus.publish(entries);
				heard.push(...entries);
			},
		},
		archive: events.archive,
		identityArchive: identities.identityArchive,
		rows: async () => (await events.rows()).map(({ row }) => row),
		mergedAway: async () => {
			const rows = (await identities.rows()).map(({ row }) => row);
			return new Set(rows.flatMap(({ seed_id, profile_id }) => (seed_id && seed_id !== profile_id ? [seed_id] : [])));
		},
		async close() {
			await events.close();
			await identities.close();
			await close();
		},
	};
}

async function openQueues(sqs: SQSClient) {
	const made = await Promise.all(
		QUEUE_NAMES.map(async (name) => {
			const dead = await createQueue(sqs, { name: `${name}-dead-${randomUUID()}` });
			const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVES });
			const attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS), RedrivePolicy };
			return { name, dead, live: await createQueue(sqs, { name: `${name}-${randomUUID()}`, attributes }) };
		}),
	);
	const open = ({ url }: { readonly url: string }): Queue => sqsQueue({ client: sqs, url, waitSeconds: 0 });
	type ByName<T> = Record<QueueName, T>; // every name is made
	return {
		queues: Object.fromEntries(made.map(({ name, live }) => [name, open(live)])) as ByName<Queue>,
		deadLetters: Object.fromEntries(made.map(({ name, dead }) => [name, open(dead)])) as ByName<Queue>,
		arns: Object.fromEntries(made.map(({ name, live }) => [name, live.arn])) as ByName<string>,
	};
}

async function openBus(events: EventBridgeClient, arns: Readonly<Record<QueueName, string>>): Promise<string> {
	const EventBusName = `bus-${randomUUID()}`;
	await events.send(new CreateEventBusCommand({ Name: EventBusName }));
	for (const Rule of Object.keys(RULES) as RuleName[]) {
		const { source, detailType } = RULES[Rule];
		const EventPattern = JSON.stringify({ source, "detail-type": detailType });
		await events.send(new PutRuleCommand({ Name: Rule, EventBusName, EventPattern }));
		await events.send(new PutTargetsCommand({ Rule, EventBusName, Targets: [{ Id: "queue", Arn: arns[Rule] }] }));
	}
	return EventBusName;
}

/** The table's stream, as far as the outbox needs it: rows that were put into it, in the order in which they were written. */
function withOutbox(store: ItemStore) {
	const rows = new Map<string, ItemChange>();
	let count = 0;
	const note = (writes: readonly Write[]) => {
		for (const write of writes) if (write.kind === "put") keep(write.item);
	};
	const keep = (item: Item) => {
		if (!item.pk.startsWith("OUT#")) return;
		const changeId = String(++count);
		rows.set(changeId, { changeId, item });
	};
	const items: ItemStore = {
		...store,
		async put(item, condition) {
			const written = await store.put(item, condition);
			if (written.kind === "written") keep(item);
			return written;
		},
		async transact(writes) {
			const written = await store.transact(writes);
			if (written.kind === "written") note(writes);
			return written;
		},
	};
	return {
		items,
		changes: async (max: number) => [...rows.values()].slice(0, max),
		acknowledge: async (ids: readonly string[]) => {
			for (const id of ids) rows.delete(id);
		},
	};
}

/** The emulator's own time cannot be moved, so the story's goes faster than it while nothing is to be done. */
function hurriedClock(beginsAt: number): Time {
	let ahead = beginsAt - Date.now();
	return {
		now: () => Date.now() + ahead,
		async pass(ms) {
			if (ms >= 1000 && ms < 60_000) await sleep(ms / FASTER);
			ahead += ms >= 1000 ? ms - (ms < 60_000 ? ms / FASTER : 0) : ms;
		},
	};
}
