import { describe, expect, it } from "vitest";
import { keys } from "#adapters/items/keys.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import { newsOf } from "#domain/segment/transition.ts";
import { openStore } from "./open-store.ts";

const AT = "2026-03-01T10:00:00.000Z";
const profile = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}` as ProfileId;
const ADA = profile(10);
const row = (rest: Partial<Membership> = {}): Membership => ({
	profileId: ADA,
	segmentId: "gold",
	state: "entered",
	version: 1,
	at: AT,
	segmentVersion: 1,
	cause: { kind: "event", messageId: "m1" },
	...rest,
});
const exited = row({ state: "exited", version: 2, cause: { kind: "recompute" } });

function open() {
	const items = openStore(() => new Date(AT));
	return { items, memberships: itemMemberships({ items, now: () => new Date(AT) }) };
}

describe("itemMemberships", () => {
	it("gives back what was written, of this profile alone", async () => {
		const { memberships } = open();
		const written = [row(), row({ segmentId: "not-gold", cause: { kind: "time", leaf: "when.all.0" } })];
		for (const each of [...written, row({ profileId: profile(11) })]) await memberships.change(each);
		expect(await memberships.of(ADA)).toEqual(written);
	});

	it.each<{ next: Membership; why: string }>([
		{ next: row(), why: "it is there already" },
		{ next: row({ version: 3 }), why: "it is at an older version" },
	])("refuses version $next.version when $why, and writes nothing of it", async ({ next }) => {
		const { items, memberships } = open();
		await memberships.change(row());
		const news = newsOf({ ...next, state: "exited" }, undefined);
		expect(await memberships.change({ ...next, state: "exited" }, news)).toBe("refused");

		expect(await memberships.of(ADA)).toEqual([row()]);
		expect((await memberships.membersOf("gold")).members.length).toBe(1);
		expect(await items.get(keys.outbox(news.transitionId))).toBeUndefined();
	});

	it.each([
		{ history: [row()], detailType: "SegmentEntered" },
		{ history: [row(), exited], detailType: "SegmentExited" },
	])("puts $detailType in the outbox under the name of the transition", async ({ history, detailType }) => {
		const { items, memberships } = open();
		for (const each of history) await memberships.change(each, newsOf(each, undefined));
		const item = await items.get(keys.outbox(`${ADA}:gold:${history.length}`));
		const entry = outboxEntry(item as unknown as { entry: string });
		expect(entry).toMatchObject({ source: "tutti.segment", detailType });
		expect(segmentChanged.parse(entry.detail).membershipVersion).toBe(history.length);
	});

	it("keeps the row of an exit, and takes the member off the list", async () => {
		const { memberships } = open();
		await memberships.change(row());
		await memberships.change(exited);
		expect(await memberships.of(ADA)).toEqual([exited]);
		expect([await memberships.membersOf("gold"), await memberships.size("gold")]).toEqual([{ members: [] }, 0]);
	});

	it.each([1, 2, 7, 40, 100])("lists every member once, %i a page", async (limit) => {
		const { memberships } = open();
		const all = Array.from({ length: 40 }, (_, n) => profile(n));
		for (const profileId of all) await memberships.change(row({ profileId }));
		await memberships.change(row({ profileId: profile(99), segmentId: "gold-too" }));

		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await memberships.membersOf("gold", { limit, ...(cursor !== undefined && { cursor }) });
			expect(page.members.length).toBeLessThanOrEqual(limit);
			seen.push(...page.members.map(({ profileId }) => profileId));
			cursor = page.cursor;
		} while (cursor !== undefined);
		expect(seen.toSorted()).toEqual(all.toSorted());
		expect(await memberships.size("gold")).toBe(40);
	});
});
