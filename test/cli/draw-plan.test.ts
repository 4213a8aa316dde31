import { describe, expect, it } from "vitest";
import { drawPlan } from "#cli/draw-plan.ts";
import type { PlanAnswer } from "#contracts/http/admin-definitions.ts";

type Change = PlanAnswer["changes"][number];
const change = (kind: Change["kind"], of: Change["change"]): Change => ({
	...{ kind, id: kind, change: of },
	differences: of === "changed" ? [{ path: "identifiers[1].unique", from: false, to: true }] : [],
});
const AGAIN = "who is who is decided again";

describe("drawPlan", () => {
	it.each<{ when: string; of: Change["change"]; beside: Change["change"]; isSaid: boolean }>([
		{ when: "the identity rules were changed", of: "changed", beside: "unchanged", isSaid: true },
		{ when: "they were removed, so that others hold", of: "removed", beside: "unchanged", isSaid: true },
		{ when: "some were applied where none were", of: "created", beside: "unchanged", isSaid: true },
		{ when: "all was made just now, so there is nobody yet", of: "created", beside: "created", isSaid: false },
		{ when: "they stay as they are", of: "unchanged", beside: "changed", isSaid: false },
	])("says that everybody is resolved again or not: $when", ({ of, beside, isSaid }) => {
		const changes = [change("identity", of), change("source", beside)];
		expect(drawPlan({ applied: true, changes }).includes(AGAIN)).toBe(isSaid);
		expect(drawPlan({ applied: false, changes })).not.toContain(AGAIN);
	});

	it("shows what changes, field by field", () => {
		const drawn = drawPlan({ applied: false, changes: [change("identity", "changed"), change("source", "unchanged")] });
		expect(drawn.split("\n")).toEqual([
			"would change (`tutti apply` does it):",
			"~ identity identity changed",
			"    identifiers[1].unique: false → true",
			"1 unchanged",
		]);
	});
});
