import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProfileAnswer, profileAnswer } from "#contracts/http/profiles.ts";
import { type Chance, chance } from "#demo/random.ts";
import { startTutti } from "#local/server.ts";
import { cut, dealt } from "#test/support/deal.ts";
import { livesOf, type SentMessage } from "#test/support/lives.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";

/** A day that passes as fast as any other, but the same for all five: what is counted from "today" must not differ. */
const NOON = Date.UTC(2026, 1, 1, 12);
/** One key for all: ids of profiles are made with it. */
const KEY = Buffer.alloc(32, 9).toString("base64");
const PARTS = "traits,identifiers,segments,provenance";

const IDENTITY = `
id: identity
identifiers:
  - namespace: user_id
    unique: true
  - namespace: loyalty_id
    max: 2
  - namespace: email
    maxPeers: 12
  - namespace: phone
  - namespace: anonymous_id
    blocked: ["kiosk*"]
defaultCountry: DE
`;

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
	const ended: Map<string, Person>[] = [];
	beforeAll(async () => {
		for (const [n, order] of ORDERS.entries()) ended.push(await peopleAfter(order, n));
	}, 180_000);

	it("are of people who are known by several identifiers, some with traits, some in segments", () => {
		const [people = new Map<string, Person>()] = ended;
		const profiles = [...people.values()];
		expect(profiles.length).toBeGreaterThan(10);
		expect(profiles.filter(({ identifiers = [] }) => identifiers.length > 3).length).toBeGreaterThan(5);
		expect(profiles.filter(({ traits = {} }) => Object.keys(traits).length > 2).length).toBeGreaterThan(3);
		expect(profiles.reduce((sum, { eventCount = 0 }) => sum + eventCount, 0)).toBe(lives.length);
		expect(profiles.filter(({ segments }) => segments.includes("big-spenders")).length).toBeGreaterThan(2);
	});

	it.each(ORDERS.map(({ what }, at) => ({ what, at })).slice(1))(
		"end in the same profiles when they come $what",
		({ at }) => {
			expect(Object.fromEntries(ended[at] ?? [])).toEqual(Object.fromEntries(ended[0] ?? []));
		},
	);
});

/** Everybody whom a fresh server knows after it got all events in an order: profile id → profile, without when we learned of it. */
async function peopleAfter({ batches, connections = 1 }: Order, n: number): Promise<Map<string, Person>> {
	const dataFolder = join(folder, String(n));
	const workspaceFolder = join(folder, `workspace-${n}`);
	mkdirSync(dataFolder);
	writeFileSync(join(dataFolder, "vault.key"), KEY, { mode: 0o600 });
	cpSync("workspace", workspaceFolder, { recursive: true });
	writeFileSync(join(workspaceFolder, "identity.yaml"), IDENTITY);
	const begun = Date.now();
	const now = () => new Date(NOON + Date.now() - begun);
	const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder, now });
	try {
		const waiting = batches(chance(100 + n));
		const connection = async () => {
			for (let batch = waiting.shift(); batch; batch = waiting.shift()) await send(tutti.url, batch);
		};
		await Promise.all(Array.from({ length: connections }, connection));
		await tutti.idle();
		return await everybody(tutti);
	} finally {
		await tutti.close();
	}
}

async function send(url: string, batch: readonly SentMessage[]): Promise<void> {
	const answer = await fetch(`${url}/v1/batch`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
		body: JSON.stringify({ batch }),
	});
	expect(await answer.json()).toEqual({ success: true, accepted: batch.length, rejected: [] });
}

async function everybody({ url, adminToken }: { url: string; adminToken: string }): Promise<Map<string, Person>> {
	const people = new Map<string, Person>();
	const headers = { authorization: `Bearer ${adminToken}` };
	for (const reference of references()) {
		const answer = await fetch(`${url}/v1/profiles/${reference}?include=${PARTS}`, { headers });
		expect([200, 404]).toContain(answer.status);
		const body = await answer.json();
		if (answer.status === 200) people.set((body as ProfileAnswer).profileId, timeless(profileAnswer.parse(body)));
	}
	return people;
}

/** All that a message may have been known by. */
function references(): Set<string> {
	const found = new Set<string>();
	for (const { userId, anonymousId, previousId, context, traits } of lives) {
		if (userId) found.add(`user_id:${userId}`);
		for (const id of [anonymousId, previousId]) if (id) found.add(`anonymous_id:${id}`);
		for (const address of [traits?.email, context?.traits?.email]) if (address) found.add(`email:${address}`);
		if (traits?.phone) found.add(`phone:${encodeURIComponent(String(traits.phone))}`);
		for (const { id } of context?.externalIds ?? []) found.add(`loyalty_id:${id}`);
	}
	return found;
}

/** A profile without the moments at which this server came to know, which are its own. */
type Person = Omit<ProfileAnswer, "segments" | "updatedAt"> & { readonly segments: readonly string[] };

function timeless({ segments = [], updatedAt: _, ...profile }: ProfileAnswer): Person {
	return { ...profile, segments: segments.map(({ id }) => id).sort() };
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
