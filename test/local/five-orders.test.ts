import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chance, chance } from "#demo/random.ts";
import { startTutti } from "#local/server.ts";
import { cut, dealt } from "#test/support/deal.ts";
import { livesOf, type SentMessage } from "#test/support/lives.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { accounts, definedPeople, emptyFolders, everybody, type Person, send } from "./same-people.ts";
import { allJudged, type Members, members, membersBySql, TIMED, writeTimed } from "./timed-segments.ts";

/**
 * Half an hour after the last event: windows of hours begin in the middle of what happened. The clock goes on for some seconds,
 * so that everything that is scheduled has its turn, and stops: what is counted from "now" must not differ.
 */
const NIGHT = Date.UTC(2026, 0, 11, 2, 5);
const STOPS_AFTER_MS = 15_000;
const { folder, remove } = temporaryFolder();
afterAll(remove);

const lives = livesOf();

type Order = {
	readonly what: string;
	readonly batches: (luck: Chance) => SentMessage[][];
	readonly connections?: number;
};

const ORDERS: readonly Order[] = [
	{ what: "as they happened, twenty at a time", batches: () => cut(lives, 20) },
	{ what: "backwards, one at a time", batches: () => cut(lives.toReversed(), 1) },
	{
		what: "shuffled, a few at a time, a third of them twice",
		batches: (luck) => pieces(twice(lives, luck), () => luck.between(1, 9)),
	},
	{
		what: "all in one request, and then again in another order",
		batches: (luck) => [dealt(lives, luck), dealt(lives, luck)],
	},
	{
		what: "shuffled, over eight connections at once, a third of them twice",
		batches: (luck) => pieces(twice(lives, luck), () => luck.between(1, 5)),
		connections: 8,
	},
];

describe("the same events in five orders over HTTP", { timeout: 180_000 }, () => {
	const ended: Ended[] = [];
	beforeAll(async () => {
		for (const [n, order] of ORDERS.entries()) ended.push(await peopleAfter(order, n));
	}, 180_000);

	it.each(TIMED.map(({ id }) => id))("have some people in %s, and others not", (id) => {
		const [{ people, members }] = ended as [Ended];
		expect(members[id]?.length).toBeGreaterThan(0);
		expect(members[id]?.length).toBeLessThan(Object.keys(people).length);
	});

	it.each(ORDERS.map(({ what }, at) => ({ what, at })))("are in the segments that SQL finds: $what", ({ at }) => {
		expect(ended[at]?.members).toEqual(ended[at]?.bySql);
	});

	it("are of people who are known by several identifiers, some with traits, some in segments", () => {
		const profiles = Object.values(ended[0]?.people ?? {});
		expect(profiles.length).toBeGreaterThan(10);
		expect(profiles.filter(({ identifiers = [] }) => identifiers.length > 3).length).toBeGreaterThan(5);
		expect(profiles.filter(({ traits = {} }) => Object.keys(traits).length > 2).length).toBeGreaterThan(3);
		expect(profiles.reduce((sum, { eventCount = 0 }) => sum + eventCount, 0)).toBe(lives.length);
		expect(profiles.filter(({ traits = {} }) => "lifetime_value" in traits).length).toBeGreaterThan(3);
		expect(Object.keys(ended[0]?.accounts ?? {})).toEqual(["acme", "umbrella"]);
		expect(profiles.filter(({ segments }) => segments.includes("big-spenders")).length).toBeGreaterThan(2);
	});

	it("are of the people that the definition finds in the same events, each with his own events", async () => {
		const people = Object.values(ended[0]?.people ?? {});
		const found = people.map(({ profileId, aliases, eventCount }) => ({
			profileId,
			members: [profileId, ...aliases].sort(),
			events: eventCount,
		}));
		const byId = (x: { profileId: string }, y: { profileId: string }) => (x.profileId < y.profileId ? -1 : 1);
		expect(found.sort(byId)).toEqual(await definedPeople(lives));
	});

	it.each(ORDERS.map(({ what }, at) => ({ what, at })).slice(1))(
		"end in the same profiles and accounts when they come $what",
		({ at }) => {
			expect(ended[at]).toEqual(ended[0]);
		},
	);
});

type Ended = {
	readonly people: Record<string, Person>;
	readonly accounts: Record<string, object>;
	readonly members: Members;
	readonly bySql: Members;
};

/** Everybody whom a fresh server knows after it got all events in an order, and all accounts. */
async function peopleAfter({ batches, connections = 1 }: Order, n: number): Promise<Ended> {
	const begun = Date.now();
	const now = () => new Date(NIGHT + Math.min(Date.now() - begun, STOPS_AFTER_MS));
	const folders = emptyFolders(folder, String(n));
	writeTimed(folders.workspaceFolder);
	const tutti = await startTutti({ port: 0, ...folders, now });
	try {
		const waiting = batches(chance(100 + n));
		const connection = async () => {
			for (let batch = waiting.shift(); batch; batch = waiting.shift()) await send(tutti, batch);
		};
		await Promise.all(Array.from({ length: connections }, connection));
		await tutti.idle();
		await allJudged(tutti);
		await tutti.idle();
		const known = { people: await everybody(tutti, lives), accounts: await accounts(tutti, lives) };
		return { ...known, members: await members(tutti), bySql: await membersBySql(tutti, now()) };
	} finally {
		await tutti.close();
	}
}

/** In pieces of different sizes. */
function pieces(messages: readonly SentMessage[], size: () => number): SentMessage[][] {
	const left = [...messages];
	const batches: SentMessage[][] = [];
	while (left.length > 0) batches.push(left.splice(0, size()));
	return batches;
}

const twice = (messages: readonly SentMessage[], luck: Chance): SentMessage[] =>
	dealt([...messages, ...messages.filter(() => luck.happens(33))], luck);
