import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { Identifier, SeedId } from "#domain/model/identifier.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { edgeKey, endsOf } from "#domain/unify/evidence.ts";
import { shuffled } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { takeTurns } from "#test/support/memory-item-store.ts";
import { aroundEach, faulty } from "./faulty-store.ts";
import { anEnvelope, anEvent, aPass, aWorkspace, type Pass } from "./pass.ts";

/** Each takes some tens of events through the whole pass. */
const RUNS = Math.ceil(lawRuns() / 20);

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
const BUYERS = { id: "buyers", when: { event: "Order Completed", where: [], atLeast: 3 }, ...applied };
const workspace = aWorkspace({ segments: [BUYERS] });

/** An event of one of four people on one of four devices, seldom with a user id, or an e-mail as the till asks for it. */
const someEvent = fc
	.record({
		device: fc.constantFrom("a-1", "a-2", "a-3", "a-4"),
		user: fc.option(fc.constantFrom("ada", "bob", "eve"), { freq: 2 }),
		email: fc.option(fc.constantFrom("x@shop.example", "y@shop.example"), { freq: 2 }),
		minute: fc.nat(50),
		isOrder: fc.boolean(),
	})
	.map(({ device, user, email, minute, isOrder }) =>
		anEvent({
			event: isOrder ? "Order Completed" : "Product Viewed",
			anonymousId: device,
			at: new Date(Date.UTC(2026, 0, 30, 10, minute)).toISOString(),
			...(user && { userId: user }),
			...(email && { context: { traits: { email } } }),
		}),
	);

/** Who everybody is and what each did, by the definition, from nothing but the events. */
function truth(events: readonly CollectedEvent[], seedId: Pass["vault"]["seedId"]) {
	const identifying = { rules: DEFAULT_IDENTITY, vault: { seedId }, phones: phoneNumbers() };
	const nodes = new Map<SeedId, Identifier & { id: SeedId; firstSeen: string }>();
	const edges = new Map<string, { a: SeedId; b: SeedId; firstSeen: string }>();
	for (const event of events.toSorted((x, y) => (x.timestamp < y.timestamp ? -1 : 1))) {
		const [strongest, ...others] = identifiersOf(event, identifying).identifiers.map((one) => ({
			...one,
			firstSeen: event.timestamp,
		}));
		if (!strongest) throw new Error("every event here has an identifier");
		for (const node of [strongest, ...others]) if (!nodes.has(node.id)) nodes.set(node.id, node);
		for (const { id } of others) {
			const edge = { ...endsOf(strongest.id, id), firstSeen: event.timestamp };
			if (!edges.has(edgeKey(edge))) edges.set(edgeKey(edge), edge);
		}
	}
	const found = clusters({ nodes: [...nodes.values()], edges: [...edges.values()] }, DEFAULT_IDENTITY);
	return found.map(({ id, members }) => {
		const theirs = events.filter((event) => {
			const [strongest] = identifiersOf(event, identifying).identifiers;
			return strongest && members.includes(strongest.id);
		});
		return {
			id,
			members,
			events: theirs.length,
			orders: theirs.filter(({ event }) => event === "Order Completed").length,
		};
	});
}

/** Gives every envelope to the workers until none of them comes back. */
async function workOff(pass: Pass, envelopes: object[], workers: number): Promise<void> {
	const queue = [...envelopes];
	const worker = async () => {
		for (let batch = queue.splice(0, 2); batch.length > 0; batch = queue.splice(0, 2)) {
			const failed = await pass.take(...batch);
			queue.push(...failed.flatMap((position) => batch[position] ?? []));
		}
	};
	// a worker ends when the queue is empty, though another may still give something back
	while (queue.length > 0) await Promise.all(Array.from({ length: workers }, worker));
}

async function expectTruth(pass: Pass, events: readonly CollectedEvent[]): Promise<void> {
	const people = truth(events, pass.vault.seedId);
	for (const { id, members, events: eventCount, orders } of people) {
		for (const seedId of members) {
			expect(await pass.profileOf(seedId)).toMatchObject({ profileId: id, eventCount });
			const open = (await pass.memberships.of(seedId)).filter(({ state }) => state === "entered");
			expect(open).toHaveLength(seedId === id && orders >= 3 ? 1 : 0);
		}
	}
	expectTransitionsOnce(pass);
}

/** Of each profile: entered, exited, entered …, each with the next version, none twice. */
function expectTransitionsOnce(pass: Pass): void {
	const changes = pass.outbox().filter(({ detailType }) => detailType.startsWith("Segment"));
	const ids = changes.map(({ detail }) => segmentChanged.parse(detail).transitionId);
	expect(ids).toEqual([...new Set(ids)]);
}

const envelopesOf = (events: readonly CollectedEvent[]): object[] =>
	Array.from({ length: Math.ceil(events.length / 5) }, (_, i) => anEnvelope(events.slice(i * 5, i * 5 + 5)));

const history = fc.array(someEvent, { minLength: 10, maxLength: 40 });

describe("the pass when things go wrong", lawTime(RUNS, 5000), () => {
	it("counts every event once and gets everybody right when one call to the store in ten fails", async () => {
		await fc.assert(
			fc.asyncProperty(history, fc.infiniteStream(fc.nat(99)), async (events, random) => {
				let faults = 0;
				const dice = () => {
					const number = random.next().value as number;
					// every tenth call fails, until there were enough of them that a retry must succeed
					if (number >= 10 || faults > 60) return "never";
					faults++;
					return number % 2 === 0 ? "before" : "after";
				};
				const pass = aPass({ workspace, wrap: (items) => faulty(items, dice) });
				try {
					await workOff(pass, shuffled([...envelopesOf(events), ...envelopesOf(events)], random), 1);
					await expectTruth(pass, events);
				} finally {
					pass.close();
				}
			}),
			{ numRuns: RUNS },
		);
	});

	it("counts every event once and gets everybody right when four workers have the same people at once", async () => {
		let met = 0;
		await fc.assert(
			fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (events, random) => {
				const pass = aPass({
					workspace,
					wrap: (items) =>
						aroundEach(items, async (_, call) => {
							for (let turns = (random.next().value as number) % 4; turns > 0; turns--) await takeTurns();
							const answer = await call();
							if (JSON.stringify(answer)?.includes('"kind":"refused"')) met++;
							return answer;
						}),
				});
				try {
					await workOff(pass, shuffled([...envelopesOf(events), ...envelopesOf(events)], random), 4);
					await expectTruth(pass, events);
				} finally {
					pass.close();
				}
			}),
			{ numRuns: RUNS },
		);
		expect(met).toBeGreaterThan(0);
	});
});
