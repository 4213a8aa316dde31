import type { DynamoDBBatchResponse, SQSBatchResponse } from "aws-lambda";
import type { ReceivedMessage } from "#domain/model/ports.ts";
import { toStreamEvent } from "#local/feed.ts";
import { toSqsEvent } from "#local/sqs-event.ts";
import { dealt } from "#test/support/deal.ts";
import { QUEUE_NAMES, type QueueName } from "./backing.ts";
import { hire } from "./lanes.ts";
import { send } from "./send.ts";
import type { Lane, Role, World } from "./world.ts";

/** How long the story waits between two things that happen, ms: at random up to this. */
const STEP_MS = 20;
/** When nothing is to be done, time goes on in such steps until something is. */
const IDLE_MS = 1000;
/** So long must nothing be left to do until the story is over, ms: longer than a held message stays hidden. */
const QUIET_MS = 45_000;
/** People are looked at whose time has come, ms: rarer than a quiet time is long, or there never was one. */
const TICK_MS = 120_000;
/** A story that does not end has a fault: nothing here takes so many steps an event. */
const MOST_STEPS_AN_EVENT = 400;

/** Lets everything happen that is to happen: until all is sent and said, things go wrong; then calm returns, and the rest is done. */
export async function tell(world: World): Promise<void> {
	const most = MOST_STEPS_AN_EVENT * world.events + 20_000;
	let isCalm = false;
	let quietSince = world.backing.time.now();
	for (let steps = 0; ; steps++) {
		if (steps > most) throw new Error(`the story did not end within ${most} steps`);
		world.onStep(steps);
		await world.turns.settled();
		const did = await step(world);
		const { time } = world.backing;
		if (did) {
			quietSince = time.now();
			await time.pass(world.luck.between(0, STEP_MS));
			continue;
		}
		await time.pass(IDLE_MS);
		if (time.now() - quietSince < QUIET_MS) continue;
		if (isCalm && (await redriven(world)) === 0) return;
		isCalm = true;
		calm(world);
		quietSince = time.now();
	}
}

/** Faults end, and everybody who may be confused goes home: what is left is done by new workers with right clocks. */
function calm(world: World): void {
	world.faults.end();
	for (const lane of world.lanes) {
		if (lane.busy) throw new Error(`a call of ${lane.role} never ended`);
		hire(lane, world);
	}
}

/** One thing that may happen now, by chance; false when there was nothing. */
async function step(world: World): Promise<boolean> {
	const { luck, turns } = world;
	if (turns.waiting() > 0 && luck.happens(75)) {
		await turns.next();
		return true;
	}
	const things = dealt([sendOne, receiveOne, publishSome, tickOnce], luck);
	for (const thing of things) if (await thing(world)) return true;
	if (turns.waiting() === 0) return false;
	await turns.next();
	return true;
}

async function sendOne(world: World): Promise<boolean> {
	const lane = idle(world, "receive-events");
	const at = world.outgoing.findIndex(({ notBefore }) => notBefore <= world.backing.time.now());
	const [sending] = lane && at >= 0 ? world.outgoing.splice(at, 1) : [];
	if (!lane || !sending) return false;
	occupy(lane, send(sending, lane, world), world);
	return true;
}

const idle = ({ lanes, luck }: World, role: Role): Lane | undefined => {
	const free = lanes.filter((lane) => lane.role === role && !lane.busy);
	return free.length > 0 ? luck.pick(free) : undefined;
};

/** The lane is busy until this is over, or until its worker dies: then another one comes. */
function occupy(lane: Lane, work: Promise<unknown>, world: World): void {
	const { worker } = lane;
	lane.busy = true;
	const over = () => {
		if (lane.worker === worker) lane.busy = false;
	};
	work.then(over, (error: unknown) => {
		world.log.error("a function threw", { function: lane.role, error: String(error) });
		over();
	});
}

async function receiveOne(world: World): Promise<boolean> {
	for (const name of dealt(QUEUE_NAMES, world.luck)) {
		const lane = idle(world, name);
		if (!lane) continue;
		const messages = await world.backing.queues[name].receive(world.luck.between(1, 10));
		if (messages.length === 0) continue;
		await handOut(await shaken(messages, name, world), name, world);
		return true;
	}
	return false;
}

/** Some are held back, and the others come in another order. */
async function shaken(messages: readonly ReceivedMessage[], name: QueueName, world: World) {
	const { faults, luck, backing } = world;
	let left = messages;
	if (left.length > 1 && faults.happens("message-delayed", 10)) {
		faults.count("message-delayed", name);
		await backing.queues[name].release(left.slice(0, 1), luck.between(1, 20));
		left = left.slice(1);
	}
	if (left.length < 2 || !faults.happens("message-reordered", 30)) return left;
	faults.count("message-reordered", name);
	return dealt(left, luck);
}

async function handOut(messages: readonly ReceivedMessage[], name: QueueName, world: World): Promise<void> {
	const lane = idle(world, name);
	if (lane) occupy(lane, consume(lane, messages, world), world);
	const other = idle(world, name);
	if (!other || !world.faults.happens("message-twice", 8)) return;
	world.faults.count("message-twice", name);
	occupy(other, consume(other, messages, world), world);
}

/** What an event source mapping does with a batch, with its own mishap: what was done is not always taken off the queue. */
async function consume(lane: Lane, messages: readonly ReceivedMessage[], world: World): Promise<void> {
	const name = lane.role as QueueName;
	const queue = world.backing.queues[name];
	const answer = (await lane.worker.call(name, toSqsEvent(messages, name))) as SQSBatchResponse;
	const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
	const done = messages.filter(({ messageId }) => !failed.has(messageId));
	await queue.release(
		messages.filter(({ messageId }) => failed.has(messageId)),
		1,
	);
	if (world.faults.happens("message-twice", 3)) return world.faults.count("message-twice", name);
	await queue.delete(done);
}

async function publishSome(world: World): Promise<boolean> {
	const lane = idle(world, "publish-changes");
	const rows = lane ? await world.backing.changes(world.luck.between(1, 20)) : [];
	if (!lane || rows.length === 0) return false;
	const publish = async () => {
		const answer = (await lane.worker.call("publish-changes", toStreamEvent(rows))) as DynamoDBBatchResponse;
		const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
		if (world.faults.happens("row-twice", 15)) return world.faults.count("row-twice", "outbox");
		await world.backing.acknowledge(rows.map(({ changeId }) => changeId).filter((id) => !failed.has(id)));
	};
	occupy(lane, publish(), world);
	return true;
}

async function tickOnce(world: World): Promise<boolean> {
	const lane = idle(world, "tick-segments");
	if (!lane || world.backing.time.now() < world.nextTickAt) return false;
	world.nextTickAt = world.backing.time.now() + TICK_MS;
	occupy(lane, lane.worker.call("tick-segments", {}), world);
	return true;
}

/** What an operator does with dead letters when all is well again. Answers how many there were. */
async function redriven({ backing }: World): Promise<number> {
	let moved = 0;
	for (const name of QUEUE_NAMES) {
		for (;;) {
			const letters = await backing.deadLetters[name].receive(10);
			if (letters.length === 0) break;
			await backing.queues[name].send(letters.map(({ body }) => ({ body })));
			await backing.deadLetters[name].delete(letters);
			moved += letters.length;
		}
	}
	return moved;
}
