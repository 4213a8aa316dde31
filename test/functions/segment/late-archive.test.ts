import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aSegment } from "../../domain/rules/definitions.ts";
import { openWorld, seedOf } from "./recompute-world.ts";

const gold = (...tiers: string[]) => aSegment("gold", { trait: "tier", is: { op: "in", value: tiers } });

let world: Awaited<ReturnType<typeof openWorld>>;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

describe("an edit of a segment while the archive is behind", () => {
	it("reaches whoever was decided by what was before, and came into the archive after everybody was judged", async () => {
		await world.apply(gold("gold"));
		world.pass(100);
		await world.recompute();
		const event = world.anEvent({ user: "ada", type: "identify", event: "", traits: { tier: "silver" } });
		await world.fold(event);
		await world.apply(gold("gold", "silver"));
		world.pass(11);
		expect(await world.recompute()).toMatchObject({ kind: "done", transitions: 0 });
		await world.store(event);
		expect(await world.recompute()).toMatchObject({ kind: "idle" });

		world.pass(60);
		expect(await world.recompute()).toMatchObject({ kind: "done", transitions: 1 });
		expect(await world.membersOf("gold")).toEqual([seedOf("ada")]);
		world.pass(60);
		expect(await world.recompute()).toMatchObject({ kind: "idle" });
	});
});
