import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anEvent } from "#test/functions/unify/pass.ts";
import { aBusyEvent, fiftyOfTheSame, fiftySegments, uuidOf } from "./fifty-segments.ts";
import { aWorld, type Cost, type World } from "./world.ts";

/** Something that happens to a table, of which the last part is billed. */
export type Scenario = {
	readonly name: string;
	readonly identity?: IdentityRules;
	readonly segments?: readonly Segment[];
	readonly run: (world: World) => Promise<Cost>;
};

/** So many events a second apart, from noon on. */
const seconds = (count: number, event: (n: number) => Partial<CollectedEvent>, from = 0): CollectedEvent[] =>
	Array.from({ length: count }, (_, n) =>
		anEvent({ ...event(n), at: new Date(Date.UTC(2026, 0, 30, 12, 0, from + n)).toISOString() }),
	);

/** So many events a minute apart, from ten o'clock on: by then a worker has forgotten what it read. */
export const minutes = (count: number, event: (n: number) => Partial<CollectedEvent>, from = 0): CollectedEvent[] =>
	Array.from({ length: count }, (_, n) =>
		anEvent({ ...event(n), at: new Date(Date.UTC(2026, 0, 30, 10, from + n)).toISOString() }),
	);

const signIn = (userId: string, anonymousId: string): Partial<CollectedEvent> => ({
	type: "identify",
	userId,
	anonymousId,
	traits: { email: `${userId}@shop.example`, first_name: "Ada", city: "Rome", tier: "gold", newsletter: true },
});

/** What an SDK for phones sends of somebody who just signed up. */
const anAppsFirst = (n: number): Partial<CollectedEvent> => ({
	...signIn(`ada-${n}`, `app-${n}`),
	traits: { email: `ada-${n}@shop.example`, phone: `+49 30 ${901820000 + n}` },
	context: { device: { id: `device-${n}`, advertisingId: `ad-${n}`, adTrackingEnabled: true } },
});

/** As many peers as these rules let a device have. */
export const withMaxPeers = (maxPeers: number): IdentityRules => ({
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.map((one) =>
		one.namespace === "anonymous_id" ? { ...one, maxPeers } : one,
	),
});

const PEOPLE = 20;

/** A person known by a user id and, on each device they sign in, by the identifiers of it. */
async function known(world: World, people = 1): Promise<void> {
	await world.send(minutes(people, (n) => signIn(`ada-${n}`, `phone-${n}`)));
	await world.send(minutes(people, (n) => ({ userId: `ada-${n}`, anonymousId: `phone-${n}` }), people));
}

export const SCENARIOS: readonly Scenario[] = [
	{
		name: "new anonymous visitor",
		run: (world) => world.cost(minutes(PEOPLE, (n) => ({ anonymousId: `visitor-${n}` }))),
	},
	{
		name: "known visitor, a few seconds later",
		run: async (world) => {
			await known(world);
			await world.send(seconds(1, () => ({ userId: "ada-0", anonymousId: "phone-0" })));
			return world.cost(seconds(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 1));
		},
	},
	{
		name: "known visitor, minutes later",
		run: async (world) => {
			await known(world);
			return world.cost(minutes(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 10));
		},
	},
	{
		name: "known visitor, the first event of a day",
		run: async (world) => {
			await known(world, PEOPLE);
			return world.cost(minutes(PEOPLE, (n) => ({ userId: `ada-${n}`, anonymousId: `phone-${n}` }), 24 * 60));
		},
	},
	{
		name: "known visitor, on a worker that has just started",
		run: async (world) => {
			await known(world, PEOPLE);
			const each = minutes(PEOPLE, (n) => ({ userId: `ada-${n}`, anonymousId: `phone-${n}` }), 2 * PEOPLE);
			return world.cost(each, { worker: world.start() });
		},
	},
	{
		name: "known visitor, never signed in",
		run: async (world) => {
			await world.send(minutes(1, () => ({ anonymousId: "phone" })));
			return world.cost(minutes(PEOPLE, () => ({ anonymousId: "phone" }), 1));
		},
	},
	{
		name: "known visitor, in three segments' counts",
		segments: ["Product Viewed", "Product Clicked", "Product Added"].map((event) => ({
			id: event.toLowerCase().replace(" ", "-"),
			when: { event, where: [], atLeast: 100 },
		})),
		run: async (world) => {
			await known(world);
			return world.cost(minutes(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 10));
		},
	},
	{
		name: "known visitor, after 500 events in a day",
		run: async (world) => {
			await known(world);
			await world.send(
				minutes(500, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 10),
				{ anEnvelopeOf: 20 },
			);
			return world.cost(minutes(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 510));
		},
	},
	{
		name: "login: a guest becomes a person",
		run: async (world) => {
			await world.send(minutes(PEOPLE, (n) => ({ anonymousId: `phone-${n}` })));
			return world.cost(minutes(PEOPLE, (n) => signIn(`ada-${n}`, `phone-${n}`), PEOPLE));
		},
	},
	{
		name: "first event of an app: six new identifiers",
		run: (world) => world.cost(minutes(PEOPLE, anAppsFirst)),
	},
	{
		name: "login on a second device, used before",
		run: async (world) => {
			await known(world, PEOPLE);
			await world.send(minutes(PEOPLE, (n) => ({ anonymousId: `laptop-${n}` }), 2 * PEOPLE));
			return world.cost(minutes(PEOPLE, (n) => signIn(`ada-${n}`, `laptop-${n}`), 3 * PEOPLE));
		},
	},
	{
		name: "shared device: a second person signs in",
		run: async (world) => {
			await known(world, PEOPLE);
			return world.cost(minutes(PEOPLE, (n) => signIn(`bob-${n}`, `phone-${n}`), 2 * PEOPLE));
		},
	},
	{
		name: "shared device: both in turn from then on",
		run: async (world) => {
			await known(world);
			await world.send(minutes(1, () => signIn("bob-0", "phone-0"), 10));
			const inTurn = (n: number) => ({ userId: n % 2 === 0 ? "ada-0" : "bob-0", anonymousId: "phone-0" });
			return world.cost(minutes(PEOPLE, inTurn, 20));
		},
	},
	{
		name: "busy customer, 300 events in a day, fifty segments with windows",
		segments: fiftySegments(),
		run: busyDays((n) => aBusyEvent(n)),
	},
	{
		name: "busy customer, fifty segments that count every event",
		segments: fiftyOfTheSame(),
		run: busyDays((n) => ({ ...aBusyEvent(n), event: "Product Viewed", properties: { price: 99 } })),
	},
	{
		name: "known customer with 3 KB of traits, who says them with each visit",
		run: async (world) => {
			await known(world);
			const visit = (n: number) => ({ ...signIn("ada-0", "phone-0"), messageId: uuidOf(n), traits: threeKilobytes() });
			await world.send(minutes(3, visit, 10));
			return world.cost(minutes(100, (n) => visit(10 + n), 20));
		},
	},
	{
		name: "known customer with 3 KB of traits, who looks around",
		run: async (world) => {
			await known(world);
			await world.send(minutes(1, () => ({ ...signIn("ada-0", "phone-0"), traits: threeKilobytes() }), 10));
			return world.cost(minutes(100, (n) => ({ userId: "ada-0", anonymousId: "phone-0", messageId: uuidOf(n) }), 20));
		},
	},
	{
		name: "1,000 events of one person, one at a time",
		run: async (world) => {
			await known(world);
			return world.cost(seconds(1000, (n) => ({ userId: "ada-0", anonymousId: "phone-0", messageId: uuidOf(n) }), 60));
		},
	},
	{
		name: "1,000 events of one person, one envelope",
		run: async (world) => {
			await known(world);
			return world.cost(
				minutes(1000, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 10),
				{ anEnvelopeOf: 1000 },
			);
		},
	},
	{
		name: "1,000 events of one person, 50 envelopes",
		run: async (world) => {
			await known(world);
			return world.cost(
				minutes(1000, () => ({ userId: "ada-0", anonymousId: "phone-0" }), 10),
				{ anEnvelopeOf: 20 },
			);
		},
	},
	{
		name: "the same events again",
		run: async (world) => {
			const events = minutes(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }));
			await world.send(events);
			return world.cost(events);
		},
	},
	{
		name: "late events, older than all there is",
		run: async (world) => {
			await known(world);
			return world.cost(minutes(PEOPLE, () => ({ userId: "ada-0", anonymousId: "phone-0" }), -60));
		},
	},
	{
		name: "late logins, older than all there is",
		run: async (world) => {
			await known(world);
			return world.cost(minutes(PEOPLE, (n) => signIn("ada-0", `tablet-${n}`), -60).reverse());
		},
	},
	{ name: "two profiles of 200 identifiers become one", run: mergeOfTwo(200) },
	{ name: "two profiles of 20 identifiers become one", run: mergeOfTwo(20) },
	{ name: "a device becomes a hub (more than 20 peers)", identity: withMaxPeers(20), run: hubOf(1) },
	{ name: "the same, each of the 20 with 10 identifiers", identity: withMaxPeers(20), run: hubOf(9) },
	{ name: "an address that joined 500 devices becomes a hub (more than 500 peers)", run: hubOfDevices(500) },
	{ name: "a till's 100th customer (a hub from 50 on)", identity: withMaxPeers(50), run: customerOfATill(100) },
	{ name: "a till's 2,000th customer", identity: withMaxPeers(50), run: customerOfATill(2000) },
];

/** Three days of a customer who does something every three minutes for fifteen hours; the last of them is billed. */
function busyDays(event: (n: number) => Partial<CollectedEvent>): Scenario["run"] {
	const day = (which: number): CollectedEvent[] =>
		Array.from({ length: 300 }, (_, n) =>
			anEvent({ ...event(300 * which + n), at: new Date(Date.UTC(2026, 0, 20 + which, 7, 3 * n)).toISOString() }),
		);
	return async (world) => {
		await known(world);
		await world.send([...day(0), ...day(1)]);
		return world.cost(day(2));
	};
}

/** Thirty traits of a hundred bytes. */
const threeKilobytes = (): Record<string, string> =>
	Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`preference_${i}`, `chosen ${i} `.repeat(9)]));

function mergeOfTwo(size: number): Scenario["run"] {
	return async (world) => {
		const mail = { context: { traits: { email: "ada@shop.example" } } };
		await world.send(minutes(size - 1, (n) => ({ userId: "ada", anonymousId: `home-${n}` })));
		await world.send(minutes(size - 1, (n) => ({ anonymousId: `work-${n}`, ...mail })));
		return world.cost(minutes(1, () => ({ userId: "ada", ...mail }), size));
	};
}

/** Twenty people on a till, each of whom has so many devices of his own; then one more comes. */
function hubOf(devices: number): Scenario["run"] {
	return async (world) => {
		const own = (n: number) => ({ userId: `ada-${n % 20}`, anonymousId: `phone-${n}` });
		await world.send(minutes(20 * (devices - 1), own));
		await world.send(minutes(20, (n) => ({ userId: `ada-${n}`, anonymousId: "till" }), 20 * devices));
		return world.cost(minutes(1, () => ({ userId: "ada-20", anonymousId: "till" }), 20 * devices + 20));
	};
}

/** One address on so many devices, all of them one profile until there is one more. */
function hubOfDevices(devices: number): Scenario["run"] {
	const aGuest = (n: number) => ({
		anonymousId: `device-${n}`,
		context: { traits: { email: "orders@shop.example" } },
	});
	return async (world) => {
		await world.send(minutes(devices, aGuest));
		return world.cost(minutes(1, () => aGuest(devices), devices));
	};
}

function customerOfATill(nth: number): Scenario["run"] {
	return async (world) => {
		await world.send(minutes(nth - 1, (n) => ({ userId: `customer-${n}`, anonymousId: "till" })));
		return world.cost(minutes(1, () => ({ userId: "the-last", anonymousId: "till" }), nth));
	};
}

/** Runs one over a table of its own. */
export async function measure({ run, ...rules }: Scenario): Promise<Cost> {
	const world = aWorld(rules);
	try {
		return await run(world);
	} finally {
		world.close();
	}
}
