import { afterEach, describe, expect, it } from "vitest";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import { identity as identityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { Identifier } from "#domain/model/identifier.ts";
import type { PassBeat } from "#domain/segment/ports.ts";
import { anEnvelope, anEvent, anonymousId, aPass, aWorkspace, type Pass, userId, watchMemberships } from "./pass.ts";

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
const bought = (atLeast: number): Segment["when"] => ({ event: "Order Completed", where: [], atLeast });
const segments = [
	{ id: "buyers", when: bought(2), ...applied },
	{ id: "gold", when: { trait: "plan", is: { op: "eq" as const, value: "gold" } }, ...applied },
	{ id: "idle", when: { none: [bought(1)] }, ...applied },
];
const rulesOf = (...identifiers: readonly object[]) => identityRules.parse({ id: "identity", identifiers });
const order = (of: object) => anEvent({ event: "Order Completed", ...of });

let pass: Pass;
const open = (options: Parameters<typeof aPass>[0] = {}): Pass => {
	pass = aPass({ workspace: aWorkspace({ segments }), ...options });
	return pass;
};
afterEach(() => pass.close());

/** What the bus is told of segments: `SegmentEntered buyers <profile id>`. */
const changes = (): string[] =>
	pass.outbox().flatMap(({ detailType, detail }) => {
		if (!detailType.startsWith("Segment")) return [];
		const { segmentId, profileId } = segmentChanged.parse(detail);
		return [`${detailType} ${segmentId} ${profileId}`];
	});
const id = (identifier: Identifier) => pass.vault.seedId(identifier);

describe("the pass and segments", () => {
	it("lets a profile enter when the event that tips it comes, once, and says which event that was", async () => {
		const { take } = open();
		const [first, second, third] = [order({ userId: "ada" }), order({ userId: "ada" }), order({ userId: "ada" })];
		await take(anEnvelope([first]));
		expect(changes()).toEqual([]);
		await take(anEnvelope([anEvent({ userId: "ada" }), second]));
		await take(anEnvelope([third]));
		await take(anEnvelope([second]), anEnvelope([third]));
		expect(changes()).toEqual([`SegmentEntered buyers ${id(userId("ada"))}`]);
		expect(pass.outbox().at(-1)?.detail).toMatchObject({ cause: { kind: "event", messageId: second.messageId } });
	});

	it("says which condition tipped it: one that looks at what the event said", async () => {
		const both = {
			id: "both",
			when: { all: [{ trait: "plan", is: { op: "eq" as const, value: "gold" } }, bought(1)] },
		};
		const { take } = open({ workspace: aWorkspace({ segments: [{ ...both, ...applied }] }) });
		await take(anEnvelope([anEvent({ type: "identify", userId: "ada", traits: { plan: "gold" } })]));
		await take(anEnvelope([order({ userId: "ada" })]));
		await take(anEnvelope([anEvent({ type: "identify", userId: "ada", traits: { plan: "free" } })]));
		const told = pass.outbox().map(({ detailType, detail }) => [detailType, segmentChanged.parse(detail).cause.leaf]);
		expect(told).toEqual([
			["SegmentEntered", "when.all.1"],
			["SegmentExited", "when.all.0"],
		]);
	});

	it("does not look at a profile of which only a trait changes that no segment looks at", async () => {
		const { asked, wrap } = watchMemberships();
		const { take } = open({ wrap });
		await take(anEnvelope([anEvent({ userId: "ada" })]));
		asked.length = 0;
		await take(anEnvelope([anEvent({ type: "identify", userId: "ada", traits: { city: "Paris" } })]));
		expect(asked).toEqual([]);
		await take(anEnvelope([anEvent({ type: "identify", userId: "ada", traits: { plan: "free" } })]));
		expect(asked).toEqual([`C#${id(userId("ada"))}`]);
	});

	it("says once a minute how long the event had waited that waited longest", async () => {
		const beats: PassBeat[] = [];
		let time = Date.parse("2026-01-31T12:00:00.000Z");
		const { take } = open({
			beats: { beat: async (beat) => void beats.push(beat), last: async () => beats.at(-1) },
			now: () => new Date(time),
		});
		const received = (secondsAgo: number) => ({ receivedAt: new Date(time - secondsAgo * 1000).toISOString() });
		await take(anEnvelope([order({ userId: "ada", ...received(3) }), order({ userId: "bob", ...received(40) })]));
		time += 59_000;
		await take(anEnvelope([order({ userId: "ada", ...received(5) })]));
		time += 1_000;
		await take(anEnvelope([order({ userId: "ada", ...received(6) })]));
		expect(beats).toEqual([
			{ at: "2026-01-31T12:00:00.000Z", lagSeconds: 40 },
			{ at: "2026-01-31T12:01:00.000Z", lagSeconds: 6 },
		]);
	});

	it("lets somebody who is new enter what asks for nothing, and exit it later", async () => {
		const { take } = open();
		await take(anEnvelope([anEvent({ anonymousId: "phone" })]));
		await take(anEnvelope([anEvent({ anonymousId: "phone" })]));
		await take(anEnvelope([order({ anonymousId: "phone" })]));
		const guest = id(anonymousId("phone"));
		expect(changes()).toEqual([`SegmentEntered idle ${guest}`, `SegmentExited idle ${guest}`]);
	});

	it("looks at a profile once for all its events in a batch, and not at all when no segment can have moved", async () => {
		const { asked, wrap } = watchMemberships();
		const { take } = open({ wrap });
		await take(anEnvelope([anEvent({ userId: "ada" })]));
		asked.length = 0;
		await take(anEnvelope([anEvent({ userId: "ada" }), anEvent({ userId: "ada" })]));
		expect(asked).toEqual([]);
		await take(
			anEnvelope([order({ userId: "ada" })]),
			anEnvelope([anEvent({ type: "identify", userId: "ada", traits: { a: 1 } })]),
		);
		expect(asked).toEqual([`C#${id(userId("ada"))}`]); // what it wrote then it knows
	});

	it("hands a guest's segments to the person the guest turns out to be, without telling anybody to leave what they stay in", async () => {
		const { take } = open();
		await take(anEnvelope([anEvent({ type: "identify", anonymousId: "phone", traits: { plan: "gold" } })]));
		await take(anEnvelope([order({ anonymousId: "phone" }), order({ anonymousId: "phone" })]));
		const before = changes().length;
		await take(
			anEnvelope([anEvent({ type: "identify", userId: "ada", anonymousId: "phone", traits: { plan: "free" } })]),
		);
		const [guest, ada] = [id(anonymousId("phone")), id(userId("ada"))];
		expect(changes().slice(before)).toEqual([`SegmentEntered buyers ${ada}`, `SegmentExited gold ${guest}`]);
		expect((await pass.memberships.of(guest)).map(({ state }) => state)).toEqual(["exited", "exited", "exited"]);
	});

	it("hands them over all the same when it died in between and the message comes again", async () => {
		let isDown = false;
		const { take } = open({
			wrap: (items) => ({
				...items,
				query: (query) => (isDown ? Promise.reject(new Error("the store is away")) : items.query(query)),
			}),
		});
		await take(anEnvelope([order({ anonymousId: "phone" }), order({ anonymousId: "phone" })]));
		const login = anEnvelope([anEvent({ userId: "ada", anonymousId: "phone" })]);
		isDown = true;
		expect(await take(login)).toEqual([0]);
		isDown = false;
		expect(await take(login)).toEqual([]);
		expect(await take(login)).toEqual([]);
		const [guest, ada] = [id(anonymousId("phone")), id(userId("ada"))];
		expect(changes()).toEqual([`SegmentEntered buyers ${guest}`, `SegmentEntered buyers ${ada}`]);
		expect((await pass.memberships.of(guest)).map(({ state }) => state)).toEqual(["exited"]);
	});

	it("decides anew for both when a late event moves a shared tablet from one person to the other", async () => {
		const { take } = open();
		const [early, late] = ["2026-01-01T10:00:00.000Z", "2026-01-01T11:00:00.000Z"];
		await take(anEnvelope([order({ anonymousId: "tablet" }), order({ anonymousId: "tablet" })]));
		await take(anEnvelope([anEvent({ userId: "bob", anonymousId: "tablet", at: late })]));
		await take(anEnvelope([anEvent({ userId: "ada", at: late })]));
		const before = changes().length;
		await take(anEnvelope([anEvent({ userId: "ada", anonymousId: "tablet", at: early })]));
		const [ada, bob] = [id(userId("ada")), id(userId("bob"))];
		expect(changes().slice(before).sort()).toEqual(
			[
				`SegmentEntered buyers ${ada}`,
				`SegmentExited idle ${ada}`,
				`SegmentExited buyers ${bob}`,
				`SegmentEntered idle ${bob}`,
			].sort(),
		);
	});

	it("decides anew for whom a device leaves that is nobody's from now on, though its event's address was nobody's before", async () => {
		const identity = {
			...rulesOf(
				{ namespace: "user_id", unique: true },
				{ namespace: "email", maxPeers: 2 },
				{ namespace: "anonymous_id", maxPeers: 1 },
			),
			...applied,
		};
		const { take } = open({ workspace: aWorkspace({ segments, identity }) });
		const atTheTill = (anonymousId: string) =>
			anEnvelope([anEvent({ anonymousId, context: { traits: { email: "till@x.de" } } })]);
		for (const guest of ["a", "b", "c"]) await take(atTheTill(guest));
		await take(anEnvelope([order({ userId: "ada", anonymousId: "tablet" })]));
		await take(anEnvelope([order({ anonymousId: "tablet" })]));
		const before = changes();
		expect(before).toContain(`SegmentEntered buyers ${id(userId("ada"))}`);
		await take(atTheTill("tablet"));
		expect(changes().slice(before.length)).toContain(`SegmentExited buyers ${id(userId("ada"))}`);
	});
});
