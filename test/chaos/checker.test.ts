import { beforeAll, describe, expect, it } from "vitest";
import type { ItemKey, Write } from "#adapters/items/item-store.ts";
import { keys } from "#adapters/items/keys.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import { type Backing, embeddedBacking } from "../../chaos/backing.ts";
import { checkFaults } from "../../chaos/check/faults.ts";
import type { KeptPerson, Snapshot } from "../../chaos/check/snapshot.ts";
import { judge, type Lived, live } from "../../chaos/run-story.ts";

const STORY = { seed: 7, events: 80 };

/** The checks that find something wrong. */
const failing = (lived: Lived): string[] =>
	judge(lived).flatMap(({ check, wrong }) => (wrong.length > 0 ? [check] : []));

describe("the checker", () => {
	let lived: Lived;
	beforeAll(async () => {
		lived = await live(STORY);
	});

	const first = <K, V>(map: ReadonlyMap<K, V>): [K, V] => {
		const [entry] = map;
		if (!entry) throw new Error("the story has none");
		return entry;
	};
	/** The story with another end. */
	const ended = (change: Partial<Snapshot>): Lived => ({ ...lived, found: { ...lived.found, ...change } });
	/** The story with another person at its end. */
	const withPerson = (change: (person: KeptPerson) => KeptPerson): Lived => {
		const known = [...lived.found.people].find(([, { memberships }]) => memberships.length > 0);
		if (!known) throw new Error("nobody is in a segment");
		return ended({ people: new Map([...lived.found.people, [known[0], change(known[1])]]) });
	};
	const withHeard = (heard: Backing["heard"]): Lived => ({
		...lived,
		world: { ...lived.world, backing: { ...lived.world.backing, heard } },
	});
	const changes = () => lived.world.backing.heard.filter(({ detailType }) => detailType.startsWith("Segment"));

	it("finds nothing where nothing is wrong", () => {
		expect(failing(lived)).toEqual([]);
	});

	it("finds an accepted event that is not in the archive", () => {
		const [id] = lived.world.ledger.of("accepted");
		const rows = new Map([...lived.found.rows].filter(([other]) => other !== id));
		expect(failing(ended({ rows }))).toContain("accepted events are archived");
	});

	it("finds an event in the archive that nobody accepted", () => {
		const [, copies] = first(lived.found.rows);
		const rows = new Map([...lived.found.rows, ["made-up", copies]]);
		expect(failing(ended({ rows }))).toEqual(["archived events were accepted, or nobody could say"]);
	});

	it("finds two rows of one event that do not say the same", () => {
		const [id, [row]] = first(lived.found.rows);
		const other = { ...(row as ArchiveRow), properties: "{}" };
		const rows = new Map([...lived.found.rows, [id, [row as ArchiveRow, { ...other, event: "Another" }]]]);
		expect(failing(ended({ rows }))).toEqual(["rows of one event say the same"]);
	});

	it("finds an event that is counted twice, in the count and beside a quiet run", () => {
		const twice = withPerson(({ profile, ...rest }) => ({
			...rest,
			profile: { ...profile, eventCount: profile.eventCount + 1 },
		}));
		expect(failing(twice)).toEqual(["events are counted once", "profiles equal those of a quiet run"]);
	});

	it("finds a sum that is not the sum of the orders", () => {
		const rich = withPerson(({ profile, ...rest }) => ({
			...rest,
			profile: { ...profile, traits: { ...profile.traits, spent: { value: 1e6 } } },
		}));
		expect(failing(rich)).toEqual(["computed traits equal a recount", "profiles equal those of a quiet run"]);
	});

	it("finds somebody who is two people, and somebody who is nobody", () => {
		const [id, person] = first(lived.found.people);
		const nobody = "00000000-0000-8000-8000-000000000000" as typeof id;
		const people = new Map([...lived.found.people].filter(([other]) => other !== id)).set(nobody, person);
		expect(failing(ended({ people }))).toEqual(
			expect.arrayContaining(["people are who the definition says", "nobody else is there"]),
		);
	});

	it("finds somebody in a segment that he should not be in, and whose entry nobody told", () => {
		const inside = withPerson(({ profile, memberships }) => ({
			profile,
			memberships: [
				...memberships.filter(({ segmentId }) => segmentId !== "gold"),
				{
					...{ profileId: profile.profileId, segmentId: "gold", state: "entered", version: 9 },
					...{ at: "2026-01-11T05:00:00.000Z", segmentVersion: 1, cause: { kind: "event" } },
				},
			],
		}));
		expect(failing(inside)).toContain("the last transition told is the membership");
	});

	it("finds a segment that differs from a quiet run's", () => {
		const outside = withPerson(({ profile, memberships }) => ({
			profile,
			memberships: memberships.map((row) => ({ ...row, state: row.state === "entered" ? "exited" : "entered" })),
		}));
		expect(failing(outside)).toContain("segments equal those of a quiet run");
	});

	it("finds a transition that was never told, and one that is told in two versions", () => {
		// one that nothing came after; who becomes a part of somebody may leave without a word
		const told = changes().map(({ detail }) => detail as SegmentChanged);
		const isLast = ({ profileId, segmentId, membershipVersion }: SegmentChanged) =>
			!told.some(
				(one) =>
					one.profileId === profileId && one.segmentId === segmentId && one.membershipVersion > membershipVersion,
			);
		const lost = told.find((one) => one.cause.kind !== "merge" && isLast(one));
		if (!lost) throw new Error("nobody entered anything");
		const { transitionId } = lost;
		const left = lived.world.backing.heard.filter(
			({ detail }) => (detail as SegmentChanged).transitionId !== transitionId,
		);
		expect(failing(withHeard(left))).toContain("the last transition told is the membership");

		const [one] = changes();
		if (!one) throw new Error("nobody entered anything");
		const other = { ...one, detail: { ...(one.detail as SegmentChanged), at: "2020-01-01T00:00:00.000Z" } };
		expect(failing(withHeard([...lived.world.backing.heard, other]))).toEqual([
			"a transition is one thing, however often it is told",
		]);
	});

	it("finds a transition that is missing between two others", () => {
		const [one] = changes();
		if (!one) throw new Error("nobody entered anything");
		const { profileId, segmentId } = one.detail as SegmentChanged;
		const third = { transitionId: `${profileId}:${segmentId}:9`, membershipVersion: 9 };
		const heard = [...lived.world.backing.heard, { ...one, detail: { ...(one.detail as SegmentChanged), ...third } }];
		expect(failing(withHeard(heard))).toContain("transitions go in and out in turn, and none is missing");
	});

	it("finds a delivery that nobody got, one that never happened, and one under two ids", () => {
		const { heard } = lived.world.destinations;
		const [id, entry] = first(heard);
		const listening = (changed: typeof heard): Lived => ({
			...lived,
			world: { ...lived.world, destinations: { ...lived.world.destinations, heard: changed } },
		});
		expect(failing(listening(new Map([...heard].filter(([other]) => other !== id))))).toEqual([
			"deliveries are complete",
		]);
		const asked = "no delivery but those asked for, each under one id";
		expect(failing(listening(new Map([...heard, ["dlv_2", { ...entry, deliveryId: "dlv_2" }]])))).toEqual([asked]);
		expect(failing(listening(new Map([...heard, [id, { ...entry, isAmbiguous: true }]])))).toEqual([asked]);
	});

	it("finds what was refused wherever it is", () => {
		const [refused] = lived.world.ledger.of("refused");
		const [, row] = first(lived.found.rows);
		const rows = new Map([...lived.found.rows, [String(refused), row]]);
		expect(failing(ended({ rows }))).toContain("what was refused is nowhere");
		const entry = {
			source: "tutti.collect",
			detailType: "EventsCollected",
			detail: { events: [{ messageId: refused }] },
		};
		expect(failing(withHeard([...lived.world.backing.heard, entry]))).toEqual(["what was refused is nowhere"]);
	});

	it("finds that a kind of fault never happened", () => {
		expect(checkFaults([lived.world.faults.tally], ["answer-lost"]).wrong).toEqual([]);
		expect(checkFaults([new Map()], ["answer-lost"]).wrong).toEqual(["answer-lost never happened"]);
	});
});

describe("a fault in the product itself is found:", () => {
	/** The story over something that does not do what it says. */
	const over = async (change: (backing: Backing) => Partial<Backing>, events = STORY.events) =>
		failing(
			await live({
				...STORY,
				events,
				open: async (beginsAt) => {
					const backing = await embeddedBacking(beginsAt);
					return { ...backing, ...change(backing) };
				},
			}),
		);

	it("an archive that loses the last row of a write", async () => {
		const found = await over(({ archive }) => ({ archive: { store: (rows) => archive.store(rows.slice(0, -1)) } }));
		expect(found).toContain("accepted events are archived");
	});

	it("an outbox that forgets every fourth row", async () => {
		let rows = 0;
		const found = await over(({ changes, acknowledge }) => ({
			changes: async (max) => {
				const all = await changes(max);
				const forgotten = all.filter(() => ++rows % 4 === 0);
				await acknowledge(forgotten.map(({ changeId }) => changeId));
				return all.filter((row) => !forgotten.includes(row));
			},
		}));
		expect(found).toContain("the last transition told is the membership");
	});

	it("a table that writes what was counted although the condition does not hold", async () => {
		const isCounted = ({ pk }: ItemKey) => pk.startsWith(keys.fragment("").pk);
		const unasked = (write: Write): Write => {
			if (write.kind !== "put" || !isCounted(write.item)) return write;
			const { condition: _, ...rest } = write;
			return rest;
		};
		const found = await over(
			({ items }) => ({
				items: {
					...items,
					put: (item, condition) => items.put(item, isCounted(item) ? undefined : condition),
					transact: (writes) => items.transact(writes.map(unasked)),
				},
			}),
			300,
		);
		expect(found).toContain("events are counted once");
	});
});
