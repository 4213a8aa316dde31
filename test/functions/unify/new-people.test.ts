import { afterEach, describe, expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { segment } from "#contracts/definitions/segment.ts";
import { anEnvelope, anEvent, aPass, aWorkspace, type Pass, userId } from "./pass.ts";

/** Whoever is known and never complained: somebody is in it without any event that it looks at. */
const content = segment.parse({ id: "content", when: { none: [{ event: "Complaint Made" }] } });
const workspace = aWorkspace({ segments: [{ ...content, version: 1, appliedAt: "2026-01-01T00:00:00.000Z" }] });

let pass: Pass;
afterEach(() => pass.close());

const segmentsOf = async (user: string) => {
	const profile = await pass.profile(userId(user));
	const rows = await pass.memberships.of(profile?.profileId ?? ("" as never));
	return rows.filter(({ state }) => state === "entered").map(({ segmentId, version }) => [segmentId, version]);
};

describe("somebody who becomes known", () => {
	it("is decided once, in segments that ask for nothing", async () => {
		pass = aPass({ workspace });
		await pass.take(anEnvelope([anEvent({ userId: "ada" }), anEvent({ userId: "ada" })]));
		await pass.take(anEnvelope([anEvent({ userId: "ada" })]));
		expect(await segmentsOf("ada")).toEqual([["content", 1]]);
	});

	it("is decided when the batch comes again, though other events of his came between", async () => {
		let isBroken = true;
		const wrap = (items: ItemStore): ItemStore => ({
			...items,
			transact: async (writes) => {
				if (isBroken && JSON.stringify(writes).includes("SEG#content")) throw new Error("the store is away");
				return items.transact(writes);
			},
		});
		pass = aPass({ workspace, wrap });
		const first = anEnvelope([anEvent({ userId: "ada" })]);
		expect(await pass.take(first)).toEqual([0]);
		isBroken = false;
		expect(await pass.take(anEnvelope([anEvent({ userId: "ada" })]))).toEqual([]);
		expect(await pass.take(first)).toEqual([]);
		expect(await segmentsOf("ada")).toEqual([["content", 1]]);
	});
});
