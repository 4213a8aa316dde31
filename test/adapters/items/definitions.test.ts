import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemRecomputes } from "#adapters/items/recomputes.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Definition, DefinitionRegister } from "#domain/model/definition-register.ts";
import { hashedKey } from "#domain/model/write-key.ts";
import { applyWorkspace, planWorkspace } from "#domain/rules/apply-workspace.ts";
import { aDestination, anIdentity, aPlan, aPublicSource, aSegment, aSource } from "../../domain/rules/definitions.ts";
import { openStore } from "./open-store.ts";

const START = Date.parse("2026-03-01T10:00:00.000Z");
const bought = (event: string) => ({ event, atLeast: 2 });

function open() {
	let time = START;
	const now = () => new Date(time);
	const calls: string[] = [];
	const store = openStore(now);
	const items: ItemStore = {
		...store,
		get: (key) => {
			calls.push(`get ${key.pk}`);
			return store.get(key);
		},
		query: (query) => {
			calls.push(`query ${query.pk}`);
			return store.query(query);
		},
	};
	const register = itemDefinitionRegister({ items, hash: sha256, now });
	const definitions = itemDefinitions({ items, now });
	const pass = (seconds: number) => {
		time += seconds * 1000;
	};
	const apply = (...wanted: Definition[]) => applyWorkspace(() => wanted, "ada", { register, hash: sha256 });
	return { items, register, definitions, apply, pass, calls };
}

describe("what is applied", () => {
	it("is in force, each with its version and time", async () => {
		const { definitions, apply, pass } = open();
		await apply(aPublicSource("web", "wk_demo_web"), aPlan("shop"), aSegment("gold"), aDestination("crm"));
		pass(60);
		await apply(aPublicSource("web", "wk_demo_web"), aPlan("shop"), aSegment("gold", bought("Ordered")));

		const { sources, trackingPlans, segments, destinations, identity } = await definitions.current();
		expect(sources.map(({ id, version, appliedAt }) => [id, version, appliedAt])).toEqual([
			["web", 1, "2026-03-01T10:00:00.000Z"],
		]);
		expect(trackingPlans.map(({ id }) => id)).toEqual(["shop"]);
		expect(segments).toMatchObject([
			{
				id: "gold",
				version: 2,
				appliedAt: "2026-03-01T10:01:00.000Z",
				when: { event: "Ordered", where: [], atLeast: 2 },
			},
		]);
		expect(destinations).toEqual([]);
		expect(identity).toEqual(DEFAULT_IDENTITY);
	});

	it("replaces the identity rules that hold otherwise", async () => {
		const { definitions, apply } = open();
		await apply(anIdentity("email"));
		expect((await definitions.current()).identity.identifiers.map(({ namespace }) => namespace)).toEqual(["email"]);
	});

	it("counts the removal of the identity rules as a version, so that it is seen that others hold from then on", async () => {
		const { definitions, apply, pass } = open();
		await apply(anIdentity("email"));
		pass(60);
		await apply();
		const removed = { ...DEFAULT_IDENTITY, version: 2, appliedAt: "2026-03-01T10:01:00.000Z" };
		expect((await definitions.current()).identity).toEqual(removed);
	});

	it("keeps every version with who and when, and goes on counting after a removal", async () => {
		const { register, apply, pass, definitions } = open();
		for (const wanted of [[aSegment("gold")], [], [aSegment("gold", bought("Ordered"))]]) {
			await apply(...wanted);
			pass(60);
		}
		expect(
			(await register.history("segment", "gold")).map(({ version, at, by, definition }) => [
				version,
				at,
				by,
				!!definition,
			]),
		).toEqual([
			[3, "2026-03-01T10:02:00.000Z", "ada", true],
			[2, "2026-03-01T10:01:00.000Z", "ada", false],
			[1, "2026-03-01T10:00:00.000Z", "ada", true],
		]);
		expect((await definitions.current()).segments.map(({ version }) => version)).toEqual([3]);
	});

	it("remembers which segments were removed", async () => {
		const { definitions, apply } = open();
		await apply(aSegment("gold"), aSegment("silver"));
		await apply(aSegment("silver"));
		expect((await definitions.current()).removedSegments).toEqual(["gold"]);
	});

	it("writes nothing when nothing changed", async () => {
		const { register, apply } = open();
		await apply(aSegment("gold"), aSource("server"));
		const { edition } = await register.read();
		expect(await apply(aSegment("gold"), aSource("server"))).toMatchObject({
			changes: [{ change: "unchanged" }, { change: "unchanged" }],
		});
		expect((await register.read()).edition).toBe(edition);
	});

	it("is nothing at all when something is wrong", async () => {
		const { register, apply } = open();
		const answer = await apply(aSegment("gold"), aDestination("crm", { segment: "golf" }));
		expect(answer).toMatchObject({ kind: "invalid", problems: [{ id: "crm", right: "did you mean gold?" }] });
		expect(await register.read()).toEqual({ edition: 0, definitions: [] });
	});

	it("is planned without being done", async () => {
		const { register } = open();
		const planned = await planWorkspace(() => [aSegment("gold")], { register, hash: sha256 });
		expect(planned).toMatchObject({ changes: [{ id: "gold", change: "created" }] });
		expect((await register.read()).definitions).toEqual([]);
	});

	it("keeps of a secret write key its hash alone, in every row and every answer", async () => {
		const { items, register, apply, definitions } = open();
		await apply(aSource("server", { key: { kind: "secret", writeKey: "sk_demo_server" } }));
		const kept = hashedKey("sk_demo_server", sha256);
		expect((await definitions.current()).sources[0]?.key.writeKey).toBe(kept);
		const stored = [
			(await items.query({ pk: "DEF#source" })).items,
			(await items.query({ pk: "DEF#source#server" })).items,
			await register.read(),
		];
		expect(JSON.stringify(stored).split(kept).length).toBe(4);
		expect(JSON.stringify(stored)).not.toContain("sk_demo_server");
		expect(await apply(aSource("server", { key: { kind: "secret", writeKey: kept } }))).toMatchObject({
			changes: [{ change: "unchanged" }],
		});
	});

	it("may be more than fits into one transaction", async () => {
		const { register, apply } = open();
		const many = Array.from({ length: 120 }, (_, n) => aSegment(`s${n}`));
		await apply(...many, aDestination("crm", { segment: "s119" }));
		expect((await register.read()).definitions.length).toBe(121);
		await apply(aSegment("s7"));
		expect((await register.read()).definitions.map(({ definition }) => definition.id)).toEqual(["s7"]);
	});
});

describe("a transaction", () => {
	it("holds what DynamoDB takes: 100 writes, 4 MB", async () => {
		const { items } = open();
		const sizes: [writes: number, characters: number][] = [];
		const watched: ItemStore = {
			...items,
			transact: async (writes) => {
				sizes.push([writes.length, JSON.stringify(writes).length]);
				return items.transact(writes);
			},
		};
		const register = itemDefinitionRegister({ items: watched, hash: sha256, now: () => new Date(START) });
		const big = (n: number) => aSegment(`big-${n}`, { trait: "plan", is: { op: "eq", value: "x".repeat(90_000) } });
		const many = Array.from({ length: 70 }, (_, n) => (n < 20 ? big(n) : aSegment(`small-${n}`)));
		await applyWorkspace(() => many, "ada", { register, hash: sha256 });
		expect((await register.read()).definitions.length).toBe(70);
		expect(Math.max(...sizes.map(([writes]) => writes))).toBeLessThanOrEqual(100);
		// three bytes a character at most
		expect(Math.max(...sizes.map(([, characters]) => characters * 3))).toBeLessThan(4 * 1024 * 1024);
		expect(sizes.length).toBeLessThan(10);
	});
});

describe("two who apply at once", () => {
	it("do not undo each other's work: the second one plans upon the first", async () => {
		const { register, apply } = open();
		await apply(aSegment("gold"));
		let isFirst = true;
		const overtaken: DefinitionRegister = {
			...register,
			read: async () => {
				const edition = await register.read();
				if (isFirst) {
					isFirst = false;
					await apply(aSegment("gold"), aSegment("silver"));
				}
				return edition;
			},
		};
		await applyWorkspace((inForce) => [...inForce, aSegment("bronze")], "bob", { register: overtaken, hash: sha256 });
		expect((await register.read()).definitions.map(({ definition }) => definition.id)).toEqual([
			"bronze",
			"gold",
			"silver",
		]);
	});
});

describe("the copy in memory", () => {
	it("is the same object while nothing changed, and costs one small read every five seconds", async () => {
		const { definitions, apply, pass, calls } = open();
		await apply(aSegment("gold"));
		const first = await definitions.current();
		calls.length = 0;
		pass(4.9);
		expect(await definitions.current()).toBe(first);
		expect(calls).toEqual([]);
		pass(0.2);
		expect(await definitions.current()).toBe(first);
		expect(calls).toEqual(["get DEF"]);
	});

	it("is read again within five seconds of a change", async () => {
		const { definitions, apply, pass } = open();
		await apply(aSegment("gold"));
		await definitions.current();
		await apply(aSegment("silver"));
		pass(5);
		expect((await definitions.current()).segments.map(({ id }) => id)).toEqual(["silver"]);
	});

	it("is read once for all who ask at the same time", async () => {
		const { definitions, apply, calls } = open();
		await apply(aSegment("gold"));
		calls.length = 0;
		const copies = await Promise.all([definitions.current(), definitions.current(), definitions.current()]);
		expect(new Set(copies).size).toBe(1);
		expect(calls.filter((call) => call === "query DEF#segment").length).toBe(1);
	});

	it("is never half of one edition and half of the next", async () => {
		const { items, apply } = open();
		await apply(aSegment("gold"), aDestination("crm", { segment: "gold" }));
		let isFirst = true;
		const moving: ItemStore = {
			...items,
			query: async (query) => {
				const page = await items.query(query);
				if (isFirst && query.pk === "DEF#segment") {
					isFirst = false;
					await apply(aSegment("silver"), aDestination("crm", { segment: "silver" }));
				}
				return page;
			},
		};
		const now = () => new Date(START);
		const { segments, destinations } = await itemDefinitions({ items: moving, now }).current();
		expect([segments[0]?.id, destinations[0]?.subscriptions[0]?.on]).toEqual([
			"silver",
			{ segment: "silver", change: "both" },
		]);
	});
});

describe("counts", () => {
	/** Of each count that is looked at: since when, and whether the past is filled in. */
	const countsOf = async ({ definitions, pass }: ReturnType<typeof open>) => {
		pass(5);
		return [...((await definitions.current()).counts?.values() ?? [])].flatMap((all) =>
			all.map(({ since, isFilled }) => [since, isFilled]),
		);
	};

	it("are complete for what is applied before any event can have come", async () => {
		const tutti = open();
		await tutti.apply(aSegment("a", bought("Ordered")), aSegment("b", bought("Viewed")));
		expect(await countsOf(tutti)).toEqual([
			["", true],
			["", true],
		]);
	});

	it("begin after every copy in memory knows them when a later segment brings them, not when it shares one", async () => {
		const tutti = open();
		await tutti.apply(aSegment("a", bought("Ordered")));
		await tutti.apply(aSegment("a", bought("Ordered")), aSegment("b", { event: "Ordered", atLeast: 9 }));
		expect(await countsOf(tutti)).toEqual([["", true]]);
		await tutti.apply(aSegment("a", bought("Ordered")), aSegment("b", bought("Viewed")));
		expect(await countsOf(tutti)).toEqual([
			["", true],
			["2026-03-01T10:00:20.000Z", false],
		]);
	});

	it("begin anew when they come back after nothing looked at them", async () => {
		const tutti = open();
		await tutti.apply(aSegment("a", bought("Ordered")));
		await tutti.apply();
		await tutti.apply(aSegment("a", bought("Ordered")));
		expect(await countsOf(tutti)).toEqual([["2026-03-01T10:00:15.000Z", false]]);
	});

	it("are of computed traits too, which share them with segments", async () => {
		const tutti = open();
		const often = { id: "orders", trait: "orders", event: "Ordered", where: [], compute: "count" as const };
		await tutti.apply({ kind: "trait", definition: often }, aSegment("a", bought("Ordered")));
		expect(await countsOf(tutti)).toEqual([["", true]]);
		await tutti.apply({ kind: "trait", definition: { ...often, event: "Viewed" } }, aSegment("a", bought("Ordered")));
		expect(await countsOf(tutti)).toEqual([
			["2026-03-01T10:00:20.000Z", false],
			["", true],
		]);
	});

	it("begin anew beside what is kept when somebody looks further back, and one of them stays", async () => {
		const tutti = open();
		const within = (days: number) => ({ event: "Ordered", where: [], within: `${days}d` });
		const one = aSegment("a", within(30));
		await tutti.apply(one);
		await tutti.apply(one, aSegment("b", within(90)));
		const both = [
			["", true],
			["2026-03-01T10:00:15.000Z", false],
		];
		expect(await countsOf(tutti)).toEqual(both);
		const [[meaning = ""] = []] = (await tutti.definitions.current()).counts ?? [];
		await itemRecomputes({ items: tutti.items, now: () => new Date(START) }).markFilled([
			{ meaning, since: "2026-03-01T10:00:15.000Z" },
		]);
		await tutti.apply(one, aSegment("b", within(60)));
		expect(await countsOf(tutti)).toEqual([["2026-03-01T10:00:15.000Z", true]]);
	});
});
