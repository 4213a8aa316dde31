import { afterAll, beforeAll, expect, it } from "vitest";
import { itemFragments } from "#adapters/items/fragments.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { ItemStore, Written } from "#adapters/items/item-store.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { type Chance, chance } from "#demo/random.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { aroundEach } from "#test/functions/unify/faulty-store.ts";
import { anEnvelope, anEvent, aPass, aWorkspace, type Pass } from "#test/functions/unify/pass.ts";
import { cut, dealt } from "#test/support/deal.ts";
import { truthOf } from "#test/support/truth.ts";
import type { OpenedItemStore } from "./item-store.contract.ts";

const WORKERS = 8;
/** A queue gives a message to a function five times before it puts it aside (`lib/constructs/queue-worker.ts`). */
const MAX_RECEIVES = 5;

/**
 * Eight workers of the one pass over one store, with the same people at once: whoever comes second must see what the first
 * wrote. The end is what the definition says of all events, and every event counts once on its profile.
 */
export function identityRaceContract(open: () => Promise<OpenedItemStore>, { events = 200, rounds = 10 } = {}): void {
	let met = 0;
	let opened: OpenedItemStore;
	let workers: Pass[];
	const workspace = aWorkspace();
	beforeAll(async () => {
		opened = await open();
		const store = aroundEach(opened.store, async (_, call) => {
			const answer = await call();
			if ((answer as Partial<Written> | undefined)?.kind === "refused") met++;
			return answer;
		});
		workers = Array.from({ length: WORKERS }, () => aPass({ workspace, wrap: () => store, pause: pauseWithJitter }));
	});
	afterAll(async () => {
		for (const worker of workers) worker.close();
		await opened.close();
	});

	it("ends as the definition says when eight workers have the same few people, and every message comes twice", async () => {
		const luck = chance(7);
		const told = Array.from({ length: events }, (_, n) => somethingOf(luck, `crowd-${n}`));
		const messages = cut(told, 4).flatMap((some) => [anEnvelope(some), anEnvelope(some)]);
		await workOff(dealt(messages, luck), workers);
		await expectTruth(told, opened.store, workers[0]);
		expect(met).toBeGreaterThan(0); // else nobody was in anybody's way
	});

	it("ends as the definition says when eight workers merge the same people in the same moment, again and again", async () => {
		for (let round = 0; round < rounds; round++) {
			// A chain of devices, each link known to one worker alone, and at both ends a user id: one person or two?
			const told = Array.from({ length: WORKERS }, (_, n) => aLink(round, n));
			await Promise.all(
				workers.map((worker, n) => workOff([anEnvelope([told[n]?.event as CollectedEvent])], [worker])),
			);
			await expectTruth(
				told.map(({ event }) => event),
				opened.store,
				workers[0],
			);
		}
	});

	it("gives all events of one person to their profile when eight workers fold them at once", async () => {
		const told = Array.from({ length: WORKERS * 10 }, (_, n) =>
			anEvent({ messageId: `hot-${n}`, userId: "hot", anonymousId: "hot-phone" }),
		);
		await workOff(
			cut(told, 2).map((some) => anEnvelope(some)),
			workers,
		);
		await expectTruth(told, opened.store, workers[0]);
	});
}

type Envelope = ReturnType<typeof anEnvelope>;

/** As a queue does it: whoever is free takes two messages; what failed comes again, so often and not more. */
async function workOff(messages: readonly Envelope[], workers: readonly Pass[]): Promise<void> {
	const queue = messages.map((envelope) => ({ envelope, receives: 0 }));
	let busy = 0;
	const work = async (worker: Pass) => {
		while (queue.length > 0 || busy > 0) {
			const batch = queue.splice(0, 2);
			if (batch.length === 0) {
				await pauseWithJitter(1); // another may still give something back
				continue;
			}
			busy++;
			const failed = await worker.take(...batch.map(({ envelope }) => envelope));
			busy--;
			for (const position of failed) {
				const message = batch[position];
				if (message) queue.push({ ...message, receives: message.receives + 1 });
			}
			if (queue.some(({ receives }) => receives >= MAX_RECEIVES)) throw new Error("a message would be given up");
		}
	};
	await Promise.all(workers.map(work));
}

/** Reads everybody anew, with nothing remembered, and compares who they are and how many events are theirs. */
async function expectTruth(told: readonly CollectedEvent[], store: ItemStore, pass: Pass | undefined): Promise<void> {
	if (!pass) throw new Error("there is no worker");
	const { vault } = pass;
	const graph = itemIdentityGraph({ items: store, vault, now: () => new Date() });
	const fragments = itemFragments({ items: store });
	const people = truthOf(told, { rules: aWorkspace().identity, vault, phones: phoneNumbers() });
	expect(people.length).toBeGreaterThan(0);
	for (const { profileId, members, messageIds } of people) {
		const profiles = await Promise.all(members.map((id) => readProfile(id, { graph, fragments })));
		for (const profile of profiles) {
			expect(profile && [profile.profileId, ...profile.aliases].sort()).toEqual(members);
			expect(profile).toMatchObject({ profileId, eventCount: messageIds.length });
		}
	}
}

/** One of five people, on one of six devices, two of which everybody uses. */
function somethingOf(luck: Chance, messageId: string): CollectedEvent {
	const person = luck.between(1, 5);
	const anonymousId = luck.happens(30) ? luck.pick(["race-tablet", "race-till"]) : `race-phone-${person}`;
	const at = new Date(Date.UTC(2026, 0, 30, 10, luck.between(0, 50))).toISOString();
	const email = `race-${luck.happens(80) ? person : 1}@shop.example`;
	return anEvent({
		messageId,
		anonymousId,
		at,
		...(luck.happens(40) && { userId: `race-${person}` }),
		...(luck.happens(30) && { context: { traits: { email } } }),
	});
}

/** The n-th link of a round's chain: an address that two devices share, or a person who signs in at either end. */
function aLink(round: number, n: number): { event: CollectedEvent } {
	const anonymousId = `chain-${round}-${Math.floor(n / 2)}`;
	const at = new Date(Date.UTC(2026, 0, 30, 10, (n * 7) % 8)).toISOString();
	const email = `chain-${round}-${Math.ceil(n / 2)}@shop.example`;
	const isEnd = n === 0 || (n === WORKERS - 1 && round % 2 === 0);
	return {
		event: anEvent({
			messageId: `chain-${round}-${n}`,
			anonymousId,
			at,
			...(isEnd ? { userId: `chain-${round}-${n}` } : { context: { traits: { email } } }),
		}),
	};
}
