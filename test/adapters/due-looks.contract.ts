import { beforeEach, describe, expect, it } from "vitest";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { DueLook } from "#domain/segment/ports.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const profile = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}` as ProfileId;
const ADA = profile(10);

/** What looks at people when time has come need of any item store. Each test has a day of its own. */
export function dueLooksContract(store: () => ItemStore): void {
	let start = Date.parse("2026-03-01T10:00:00.000Z");
	beforeEach(() => {
		start += 24 * HOUR;
	});

	function open() {
		let time = start;
		const now = () => new Date(time);
		const items = store();
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
			const at = start + 90_500;
			await memberships.planLook(ADA, at);
			expect(await dueBy(at)).toEqual([{ profileId: ADA, at, tries: 0, plannedAt: start }]);
			expect([await dueBy(at - 1), await dueBy(at + HOUR)]).toEqual([[], []]);
			expect(await memberships.held(ADA)).toEqual({ rows: [], nextLookAt: at });
			expect(await memberships.of(ADA)).toEqual([]);
		});

		it("keeps two looks at a profile in one hour apart, the earlier first", async () => {
			const { memberships, dueBy, looks } = open();
			for (const at of [start + 1, start + 2]) await memberships.planLook(ADA, at);
			const [first] = await dueBy(start + 2);
			if (first) await looks.taken(first);
			expect((await dueBy(start + 2)).map(({ at }) => at)).toEqual([start + 2]);
		});

		it("lets a look go that was taken, but not one that was planned anew meanwhile", async () => {
			const { memberships, dueBy, looks, pass } = open();
			await memberships.planLook(ADA, start);
			const [read] = await dueBy(start);
			if (!read) throw new Error("it was planned");
			pass(1);
			await memberships.planLook(ADA, start);
			await looks.taken(read);
			const [again] = await dueBy(start);
			expect(again).toEqual({ ...read, plannedAt: start + 1 });
			if (again) await looks.taken(again);
			expect(await dueBy(start)).toEqual([]);
		});

		it("remembers of a look that is put off how often it was tried", async () => {
			const { memberships, dueBy, looks } = open();
			await memberships.planLook(ADA, start);
			const [look] = await dueBy(start);
			if (look) await looks.putOff(look, start + MINUTE);
			expect(await dueBy(start)).toEqual([]);
			expect(await dueBy(start + MINUTE)).toEqual([{ profileId: ADA, at: start + MINUTE, tries: 1, plannedAt: start }]);
		});

		it("finds everybody of a crowded hour, each once, whatever the last digit of the id", async () => {
			const { memberships, dueBy } = open();
			const all = Array.from({ length: 300 }, (_, n) => profile(n));
			for (const id of all) await memberships.planLook(id, start + 5);
			expect((await dueBy(start + 5)).map(({ profileId }) => profileId).toSorted()).toEqual(all.toSorted());
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
}
