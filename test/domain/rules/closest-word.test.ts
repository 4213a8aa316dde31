import { describe, expect, it } from "vitest";
import { closestWord } from "#contracts/definitions/closest-word.ts";

const FIELDS = ["identifiers", "namespace", "writeKey", "trackingPlan", "enabled", "id"];

describe("closestWord", () => {
	it.each([
		["writekey", "writeKey"],
		["wirteKey", "writeKey"],
		["tracking_plan", "trackingPlan"],
		["namespce", "namespace"],
		["enable", "enabled"],
		["idd", "id"],
		["colour", undefined],
		["x", undefined],
	])("for %s it is %s", (word, expected) => {
		expect(closestWord(word, FIELDS)).toBe(expected);
	});

	it("prefers what is nearest", () => {
		expect(closestWord("segmnt", ["segments", "segment"])).toBe("segment");
	});
});
