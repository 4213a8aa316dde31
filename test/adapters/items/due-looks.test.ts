import { describe, expect, it } from "vitest";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { DueLook } from "#domain/segment/ports.ts";
import { openStore } from "./open-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AT = Date.parse("2026-03-01T10:00:00.000Z");
const profile = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}` as ProfileId;
const ADA = profile(10);

function open() {
	let time = AT;
	const now = () => new Date(time);
	const items = openStore(now);
	const looks = itemDueLooks({ items, now });
	const dueBy = async (at: number): Promise<DueLook[]> => {
		const found: DueLook[] = [];
		for await (const look of looks.inHour(Math.floor(at / HOUR), at)) found.push(look);
		return found;
	};
	const pass = (ms: number) => {
		time += ms;
	};
	return { items, looks, memberships: itemMemberships({ items, now }), dueBy, pass };
}

describe("itemDueLooks", () => {
	it("has a look that was planned once it is due, and in its own hour alone, and beside the memberships", async () => {
		const { memberships, dueBy } = open();
		const at = AT + 90_500;
		await memberships.planLook(ADA, at);
		expect(await dueBy(at)).toEqual([{ profileId: ADA, at, tries: 0, plannedAt: AT }]);
		expect([await dueBy(at - 1), await dueBy(at + HOUR)]).toEqual([[], []]);
		expect(await memberships.held(ADA)).toEqual({ rows: [], nextLookAt: at });
		expect(await memberships.of(ADA)).toEqual([]);
	});

	it("keeps two looks at a profile in one hour apart, the earlier first", async () => {
		const { memberships, dueBy, looks } = open();
		for (const at of [AT + 1, AT + 2]) await memberships.planLook(ADA, at);
		const [first] = await dueBy(AT + 2);
		if (first) await looks.taken(first);
		expect((await dueBy(AT + 2)).map(({ at }) => at)).toEqual([AT + 2]);
	});

	it("lets a look go that was taken, but not one that was planned anew meanwhile", async () => {
		const { memberships, dueBy, looks, pass } = open();
		await memberships.planLook(ADA, AT);
		const [read] = await dueBy(AT);
		if (!read) throw new Error("it was planned");
		pass(1);
		await memberships.planLook(ADA, AT);
		await looks.taken(read);
		const [again] = await dueBy(AT);
		expect(again).toEqual({ ...read, plannedAt: AT + 1 });
		if (again) await looks.taken(again);
		expect(await dueBy(AT)).toEqual([]);
	});

	it("remembers of a look that is put off how often it was tried", async () => {
		const { memberships, dueBy, looks } = open();
		await memberships.planLook(ADA, AT);
		const [look] = await dueBy(AT);
		if (look) await looks.putOff(look, AT + MINUTE);
		expect(await dueBy(AT)).toEqual([]);
		expect(await dueBy(AT + MINUTE)).toEqual([{ profileId: ADA, at: AT + MINUTE, tries: 1, plannedAt: AT }]);
	});

	it("finds everybody of a crowded hour, each once, whatever the last digit of the id", async () => {
		const { memberships, dueBy } = open();
		const all = Array.from({ length: 300 }, (_, n) => profile(n));
		for (const id of all) await memberships.planLook(id, AT + 5);
		expect((await dueBy(AT + 5)).map(({ profileId }) => profileId).toSorted()).toEqual(all.toSorted());
	});

	it("takes over progress from the version before, and from no other", async () => {
		const { looks } = open();
		expect(await looks.progress()).toBeUndefined();
		expect(await looks.saveProgress({ version: 1, from: 7 })).toBe("saved");
		expect(await looks.saveProgress({ version: 1, from: 8 })).toBe("refused");
		const second = { version: 2, from: 9, lookedUpTo: "2026-03-01T10:00:00.000Z" };
		expect(await looks.saveProgress(second)).toBe("saved");
		expect(await looks.progress()).toEqual(second);
	});
});
