import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { foldProfile } from "#domain/unify/fold-profile.ts";
import { nodeId, shuffled } from "#test/support/identity.ts";

const at = (day: number) => `2026-01-0${day}T10:00:00.000Z`;
const aNode = (name: string, day: number) => ({
	...nodeId(name),
	firstSeen: at(day),
	lastSeen: at(day).slice(0, 10),
	sources: ["web"],
});
const aFragment = (name: string, parts: Partial<Fragment>): Fragment => ({
	seedId: name as SeedId,
	version: 1,
	traits: {},
	eventCount: 1,
	firstSeen: at(1),
	lastSeen: at(1),
	ring: {},
	...parts,
});
const trait = (value: string, day: number, messageId = "m") => ({ value, at: at(day), messageId, source: "web" });

const parts = {
	profileId: "u:ada" as SeedId,
	nodes: [aNode("a:phone", 1), aNode("u:ada", 2), aNode("e:ada", 3)],
	fragments: [
		aFragment("a:phone", {
			traits: { city: [trait("Rome", 1)], plan: [trait("free", 1)] },
			measures: { l: { 1: { n: 2 } } },
			eventCount: 4,
		}),
		aFragment("u:ada", {
			traits: { plan: [trait("gold", 4)] },
			measures: { l: { 1: { n: 1 }, 2: { n: 1 } }, k: { 9: { n: 1 } }, "k<": { 8: { n: 5 }, 9: { n: 1 } } },
			firstSeen: at(2),
			lastSeen: at(4),
		}),
	],
};

describe("foldProfile", () => {
	it("folds what is known through each identifier into one person", () => {
		expect(foldProfile(parts)).toEqual({
			profileId: "u:ada",
			aliases: ["a:phone", "e:ada"],
			identifiers: [
				{ namespace: "anonymous_id", value: "phone", firstSeen: at(1), lastSeen: at(1), sources: ["web"] },
				{ namespace: "email", value: "ada", firstSeen: at(3), lastSeen: at(3), sources: ["web"] },
				{ namespace: "user_id", value: "ada", firstSeen: at(2), lastSeen: at(4), sources: ["web"] },
			],
			traits: { city: trait("Rome", 1), plan: trait("gold", 4) },
			measures: { l: { 1: { n: 3 }, 2: { n: 1 } }, k: { 8: { n: 5 }, 9: { n: 2 } } },
			eventCount: 5,
			firstSeen: at(1),
			lastSeen: at(4),
		});
	});

	it("says the same in whatever order the store gives the parts", () => {
		const said = JSON.stringify(foldProfile(parts));
		fc.assert(
			fc.property(fc.infiniteStream(fc.nat()), (random) => {
				const again = { ...parts, nodes: shuffled(parts.nodes, random), fragments: shuffled(parts.fragments, random) };
				expect(foldProfile(again)).toEqual(JSON.parse(said));
			}),
		);
	});
});
