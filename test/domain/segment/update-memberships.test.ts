import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import { type UpdateDeps, updateMemberships } from "#domain/segment/update-memberships.ts";
import { memoryMemberships } from "./memory-memberships.ts";

const AT = "2026-03-01T10:00:00.000Z";
const ADA = "00000000-0000-8000-8000-00000000000a" as ProfileId;
const GUEST = "00000000-0000-8000-8000-00000000000b" as ProfileId;
const plan = (value: string): Condition => ({ trait: "plan", is: { op: "eq", value } });
const segment = (id: string, when: Condition, version = 1) => ({ id, when, version, appliedAt: AT });
const SEGMENTS = compileSegments(
	[segment("gold", plan("gold")), segment("not-gold", { none: [plan("gold")] })],
	sha256,
);

const aProfile = (profileId: ProfileId, traits: { [name: string]: string }): Profile => ({
	profileId,
	aliases: [],
	identifiers: [{ namespace: "user_id", value: "ada", firstSeen: AT, lastSeen: AT, sources: ["web"] }],
	traits: Object.fromEntries(
		Object.entries(traits).map(([name, value]) => [name, { value, at: AT, messageId: "m1", source: "web" }]),
	),
	eventCount: 1,
	firstSeen: AT,
	lastSeen: AT,
});

const only = (...profiles: Profile[]): Profiles => ({
	read: async (id) => profiles.find(({ profileId }) => profileId === id),
});
const quick = { now: () => new Date(AT), pause: async () => {} };
const byEvent = { compiled: SEGMENTS, causeIn: () => ({ kind: "event", messageId: "m1" }) as const };
const row = (profileId: ProfileId, segmentId: string, rest: Partial<Membership> = {}): Membership => ({
	profileId,
	segmentId,
	state: "entered",
	version: 1,
	at: AT,
	segmentVersion: 1,
	cause: { kind: "event" },
	...rest,
});

describe("updateMemberships", () => {
	it("tells of an entry with all a destination must know", async () => {
		const { memberships, changes } = memoryMemberships();
		const profiles = only(aProfile(ADA, { plan: "gold" }));
		await updateMemberships({ profileId: ADA, ...byEvent }, { memberships, profiles, ...quick });

		expect(changes.map(({ news }) => news)).toEqual([
			{
				version: 1,
				transitionId: `${ADA}:gold:1`,
				profileId: ADA,
				segmentId: "gold",
				segmentVersion: 1,
				membershipVersion: 1,
				at: AT,
				cause: { kind: "event", messageId: "m1", leaf: "when" },
				traits: { plan: "gold" },
				identifiers: [{ namespace: "user_id", value: "ada" }],
			},
		]);
	});

	it("writes nothing the second time", async () => {
		const { memberships, changes } = memoryMemberships();
		const deps = { memberships, profiles: only(aProfile(ADA, { plan: "gold" })), ...quick };
		const first = await updateMemberships({ profileId: ADA, ...byEvent }, deps);
		const second = await updateMemberships({ profileId: ADA, ...byEvent }, deps);
		expect([first.length, second.length, changes.length]).toEqual([1, 0, 1]);
	});

	it("keeps a row when its segment is not ready", async () => {
		const { memberships, changes } = memoryMemberships();
		await memberships.change(row(ADA, "buyers"));
		const buyers = segment("buyers", { event: "Order Completed", where: [], atLeast: 1 }, 2);
		const compiled = compileSegments([buyers], sha256, { counts: new Map() });
		await updateMemberships(
			{ ...byEvent, profileId: ADA, compiled },
			{ memberships, profiles: only(aProfile(ADA, {})), ...quick },
		);
		expect(changes.length).toBe(1);
	});

	it("does not judge by a definition older than the one a row was judged by", async () => {
		const { memberships, changes, stateOf } = memoryMemberships();
		await memberships.change(row(ADA, "gold", { segmentVersion: 2 }));
		await updateMemberships(
			{ profileId: ADA, ...byEvent },
			{ memberships, profiles: only(aProfile(ADA, {})), ...quick },
		);
		expect(changes.map(({ next }) => next.segmentId)).toEqual(["gold", "not-gold"]);
		expect(stateOf(ADA, "gold")).toBe("entered");
	});

	it("never judges by a profile older than the rows it read", async () => {
		const { memberships, changes } = memoryMemberships();
		let value = "gold";
		const held: Memberships["held"] = async (id) => {
			value = "none"; // meanwhile an event came
			return memberships.held(id);
		};
		const profiles: Profiles = { read: async () => aProfile(ADA, { plan: value }) };
		await updateMemberships(
			{ profileId: ADA, ...byEvent },
			{ memberships: { ...memberships, held }, profiles, ...quick },
		);
		expect(changes.map(({ next }) => next.segmentId)).toEqual(["not-gold"]);
	});

	it("does nothing for a profile nothing is known of", async () => {
		const { memberships, changes } = memoryMemberships();
		await updateMemberships({ profileId: ADA, ...byEvent }, { memberships, profiles: only(), ...quick });
		expect(changes).toEqual([]);
	});

	it("plans one look at the earliest moment at which time alone may change something, and then none", async () => {
		const { memberships, looks } = memoryMemberships();
		const born = (days: number) =>
			segment(`d${days}`, { trait: "since", is: { op: "within_last", value: `${days}d` } });
		const compiled = compileSegments([born(30), born(7), born(90), ...[segment("gold", plan("gold"))]], sha256);
		const profiles = only(aProfile(ADA, { since: "2026-02-27T10:00:00Z" }));
		for (let i = 0; i < 3; i++) {
			await updateMemberships({ ...byEvent, profileId: ADA, compiled }, { memberships, profiles, ...quick });
		}
		expect(looks.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual(["2026-03-06"]);
	});

	it("plans no look where time changes nothing", async () => {
		const { memberships, looks } = memoryMemberships();
		await updateMemberships(
			{ profileId: ADA, ...byEvent },
			{ memberships, profiles: only(aProfile(ADA, { plan: "gold" })), ...quick },
		);
		expect(looks).toEqual([]);
	});

	it("gives up after five refusals, having paused longer each time", async () => {
		const pauses: number[] = [];
		const refusing: Memberships = { ...memoryMemberships().memberships, change: async () => "refused" };
		const pause = async (attempt: number) => void pauses.push(attempt);
		const deps = { memberships: refusing, profiles: only(aProfile(ADA, { plan: "gold" })), now: quick.now, pause };
		await expect(updateMemberships({ profileId: ADA, ...byEvent }, deps)).rejects.toThrow("5 times in a row");
		expect(pauses).toEqual([1, 2, 3, 4, 5]);
	});
});

describe("a profile that was retired by a merge", () => {
	it("closes silently what the survivor is in too, and tells of the rest", async () => {
		const { memberships, changes, stateOf } = memoryMemberships();
		for (const segmentId of ["gold", "gone"]) await memberships.change(row(GUEST, segmentId));
		const survivor = aProfile(ADA, { plan: "gold" });
		const profiles: Profiles = { read: async () => survivor };
		const causeIn = () => ({ kind: "merge", messageId: "m9" }) as const;
		await updateMemberships({ profileId: GUEST, compiled: SEGMENTS, causeIn }, { memberships, profiles, ...quick });

		expect(changes.slice(2).map(({ next, news }) => [next.profileId, next.segmentId, next.state, news?.cause])).toEqual(
			[
				[ADA, "gold", "entered", { kind: "merge", messageId: "m9", leaf: "when" }],
				[GUEST, "gold", "exited", undefined],
				[GUEST, "gone", "exited", { kind: "merge" }],
			],
		);
		expect(stateOf(GUEST, "gone")).toBe("exited");
	});

	it("is told to have entered anew once the merge is undone, with a number that leaves out the silent end", async () => {
		const { memberships, changes } = memoryMemberships();
		const [ada, guest] = [aProfile(ADA, { plan: "gold" }), aProfile(GUEST, { plan: "gold" })];
		const judge = (...known: Profile[]) => {
			const read = async (id: ProfileId) => known.find(({ profileId }) => profileId === id) ?? ada;
			return updateMemberships({ profileId: GUEST, ...byEvent }, { memberships, profiles: { read }, ...quick });
		};
		await judge(ada, guest);
		await judge(ada);
		await judge(ada, guest);
		const told = changes.flatMap(({ news, next }) =>
			news ? [[news.profileId, next.state, news.membershipVersion]] : [],
		);
		expect(told).toEqual([
			[GUEST, "entered", 1],
			[ADA, "entered", 1],
			[GUEST, "entered", 3],
		]);
	});
});

/** Profiles that change and merge while they are looked at; a merged one is the union of what was known of both. */
function world() {
	const plans = new Map<ProfileId, string>([
		[ADA, "none"],
		[GUEST, "none"],
	]);
	let isMerged = false;
	const read = async (id: ProfileId) => {
		const canonical = isMerged ? ADA : id;
		const golden = isMerged ? [...plans.values()].includes("gold") : plans.get(canonical) === "gold";
		return aProfile(canonical, { plan: golden ? "gold" : "none" });
	};
	const set = (id: ProfileId, value: string) => void plans.set(id, value);
	const merge = () => {
		isMerged = true;
	};
	return { read, set, merge, isMerged: () => isMerged };
}

type Step = { who: ProfileId; plan: string; replayed: boolean } | "merge";

describe("whatever happens at once", () => {
	const step: fc.Arbitrary<Step> = fc.oneof(
		{
			weight: 9,
			arbitrary: fc.record({
				who: fc.constantFrom(ADA, GUEST),
				plan: fc.constantFrom("gold", "none"),
				replayed: fc.boolean(),
			}),
		},
		{ weight: 1, arbitrary: fc.constant("merge" as const) },
	);

	it("each segment is entered and exited in turn, once each, and the last word is the truth", async () => {
		const run = async (scheduler: fc.Scheduler, steps: Step[]) => {
			const { memberships, changes, stateOf } = memoryMemberships();
			const { read, set, merge, isMerged } = world();
			const deps: UpdateDeps = {
				memberships: {
					...memberships,
					of: scheduler.scheduleFunction(memberships.of),
					held: scheduler.scheduleFunction(memberships.held),
					change: scheduler.scheduleFunction(memberships.change),
				},
				profiles: { read: scheduler.scheduleFunction(read) },
				now: quick.now,
				pause: quick.pause,
			};
			const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
				for (let delivery = 0; delivery < 20; delivery++) {
					if (
						await work().then(
							() => true,
							() => false,
						)
					)
						return; // a queue gives it again
				}
				throw new Error("never done");
			};
			const handle = async (step: Step): Promise<void> => {
				if (step === "merge") {
					merge();
					return untilDone(() => updateMemberships({ profileId: GUEST, ...byEvent }, deps));
				}
				set(step.who, step.plan);
				await untilDone(() => updateMemberships({ profileId: step.who, ...byEvent }, deps));
				if (step.replayed) await untilDone(() => updateMemberships({ profileId: step.who, ...byEvent }, deps));
			};
			const arrive = scheduler.scheduleFunction(async (step: Step) => step);
			const handled = steps.map(async (step) => handle(await arrive(step)));
			await scheduler.waitFor(Promise.all(handled));

			for (const profileId of [ADA, GUEST]) {
				for (const segmentId of ["gold", "not-gold"]) {
					const rows = changes.filter(({ next }) => next.profileId === profileId && next.segmentId === segmentId);
					expect(rows.map(({ next }) => next.version)).toEqual(rows.map((_, i) => i + 1));
					expect(rows.map(({ next }) => next.state)).toEqual(rows.map((_, i) => (i % 2 ? "exited" : "entered")));
					if (isMerged() && profileId === GUEST) expect(stateOf(GUEST, segmentId)).toBe("exited");
					const seen = steps.some((each) => each !== "merge" && each.who === profileId) || isMerged();
					if (seen && !(isMerged() && profileId === GUEST)) {
						const meets = SEGMENTS.evaluate(segmentId, await read(profileId), Date.parse(AT));
						expect(stateOf(profileId, segmentId)).toBe(meets ? "entered" : "exited");
					}
				}
			}
		};
		await fc.assert(fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 8 }), run), {
			numRuns: 300,
		});
	});
});
