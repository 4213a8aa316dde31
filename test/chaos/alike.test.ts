import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Profile } from "#domain/model/profile.ts";
import { isAlike, toldTwice } from "../../chaos/check/alike.ts";
import type { Snapshot } from "../../chaos/check/snapshot.ts";

const [EARLY, LATE, LATER] = ["2026-01-11T04:02:00.000Z", "2026-01-11T04:05:00.000Z", "2026-01-11T04:07:00.000Z"];
const inArchive = (time: string) => time.replace("T", " ").replace("Z", "");
const row = (time: string) => ({ timestamp: inArchive(time) });

/** Two events with two copies each: those of one came in at two times, those of the other are one event handed out twice. */
const ROWS = new Map([
	["twice", [row(EARLY), row(LATE)]],
	["once", [row(LATER), row(LATER)]],
]) as unknown as Snapshot["rows"];

const phone = { namespace: "anonymous_id", value: "phone", firstSeen: EARLY, lastSeen: EARLY, sources: ["web"] };
const ada = {
	...{ profileId: "p-1" as SeedId, aliases: [], eventCount: 2, firstSeen: EARLY, lastSeen: EARLY },
	identifiers: [phone],
	traits: { city: { value: "Paris", at: EARLY, messageId: "twice" }, plan: { value: "gold", messageId: "once" } },
} as unknown as Profile;

const twice = toldTwice(ROWS);
const whoeverTook = (change: object) => isAlike(ada, { ...ada, ...change } as Profile, twice);

describe("people of two worlds", () => {
	it("are compared but for what an event gave whose copies have times of their own", () => {
		expect([...twice.ids]).toEqual(["twice"]);
		expect([...twice.times].sort()).toEqual([EARLY, LATE]);
	});

	it.each([
		{ but: "when he was last seen", change: { lastSeen: LATE } },
		{ but: "when an identifier was", change: { identifiers: [{ ...phone, lastSeen: LATE }] } },
		{
			but: "a trait of such an event",
			change: { traits: { ...ada.traits, city: { value: "Rome", messageId: "once" } } },
		},
	])("are alike but for $but", ({ change }) => {
		expect(isAlike(ada, ada, twice)).toBe(true);
		expect(whoeverTook(change)).toBe(true);
	});

	it.each([
		{ by: "a count", change: { eventCount: 3 } },
		{ by: "an identifier", change: { identifiers: [] } },
		{ by: "an identifier's sources", change: { identifiers: [{ ...phone, sources: [] }] } },
		{ by: "an alias", change: { aliases: ["p-2"] } },
		{ by: "a trait", change: { traits: { ...ada.traits, plan: { value: "free", messageId: "once" } } } },
		{ by: "a trait too much", change: { traits: { ...ada.traits, age: { value: 7, messageId: "once" } } } },
	])("differ by $by", ({ change }) => {
		expect(whoeverTook(change)).toBe(false);
	});

	it("differ by a time that no such event gave, and by whether they are there", () => {
		const [known, other] = [LATER, "2026-01-11T04:08:00.000Z"].map((lastSeen) => ({ ...ada, lastSeen }) as Profile);
		expect(isAlike(known, other, twice)).toBe(false);
		expect(isAlike(ada, undefined, twice)).toBe(false);
		expect(isAlike(undefined, undefined, twice)).toBe(true);
	});
});
