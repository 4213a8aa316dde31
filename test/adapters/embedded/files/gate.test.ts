import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gate } from "#adapters/embedded/files/gate.ts";

describe("gate", () => {
	it("never has a writer inside with anybody else, and lets everybody through", async () => {
		const visitor = fc.record({ writes: fc.boolean(), turns: fc.nat(3), fails: fc.boolean() });
		await fc.assert(
			fc.asyncProperty(fc.array(visitor, { maxLength: 20 }), async (visitors) => {
				const { shared, exclusive } = gate();
				const inside = { readers: 0, writers: 0 };
				const settled = await Promise.allSettled(
					visitors.map(({ writes, turns, fails }) =>
						(writes ? exclusive : shared)(async () => {
							inside[writes ? "writers" : "readers"]++;
							for (let n = 0; n < turns; n++) await turn();
							const crowd = { ...inside };
							inside[writes ? "writers" : "readers"]--;
							if (fails) throw new Error("failed inside");
							return crowd;
						}),
					),
				);
				expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(
					visitors.filter(({ fails }) => fails).length,
				);
				for (const crowd of settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))) {
					expect(crowd.writers === 0 || (crowd.writers === 1 && crowd.readers === 0)).toBe(true);
				}
			}),
		);
	});

	it("lets readers in together", async () => {
		const { shared } = gate();
		let inside = 0;
		const most = await Promise.all(
			[1, 2, 3].map(() =>
				shared(async () => {
					inside++;
					await turn();
					return inside;
				}),
			),
		);
		expect(Math.max(...most)).toBe(3);
	});

	it("lets a waiting writer go before readers that came later", async () => {
		const { shared, exclusive } = gate();
		const order: string[] = [];
		const visit = (name: string) => async () => {
			await turn();
			order.push(name);
		};
		await Promise.all([shared(visit("reader 1")), exclusive(visit("writer")), shared(visit("reader 2"))]);
		expect(order).toEqual(["reader 1", "writer", "reader 2"]);
	});
});
