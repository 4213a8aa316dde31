import { describe, expect, it } from "vitest";
import { redriveDeliveries } from "#domain/activate/redrive.ts";
import { changeNews, deliveryOf } from "./examples.ts";
import { CRM, DELIVERED, stage } from "./memory-stage.ts";

describe("redriveDeliveries", () => {
	const onSegment = (id: string) => ({ ...CRM, id });
	const letters = ["crm", "shop", "crm", "crm"].map((id, index) =>
		deliveryOf(changeNews({ transitionId: `t${index}` }), onSegment(id)),
	);

	async function withLetters() {
		const all = stage({ kind: "refused", reason: "http_400" }, [CRM, onSegment("shop")]);
		for (const letter of letters) await all.run(letter);
		expect(all.deadLetters.bodies()).toHaveLength(4);
		return all;
	}

	it("sends the dead letters of one destination again as a new round, and leaves the others", async () => {
		const { deps, state, deliveries, deadLetters, rows } = await withLetters();
		state.now = new Date("2026-03-02T10:00:00.000Z");
		const answer = await redriveDeliveries({ destinationId: "crm", limit: 100 }, deps());

		expect(answer).toEqual({ redriven: 3, examined: 4, isComplete: true });
		expect(deliveries.bodies()).toMatchObject(
			[letters[0], letters[2], letters[3]].map((letter) => ({
				deliveryId: letter?.deliveryId,
				round: 2,
				attempt: 1,
				startedAt: "2026-03-02T10:00:00.000Z",
			})),
		);
		expect(deadLetters.bodies()).toEqual([letters[1]]);
		expect(await deadLetters.queue.depth()).toEqual({ waiting: 1, inFlight: 0 });
		expect([...rows.values()].map(({ state }) => state).sort()).toEqual(["dead", "waiting", "waiting", "waiting"]);
	});

	it("sends no more than it was asked to", async () => {
		const { deps, deliveries, deadLetters } = await withLetters();
		expect(await redriveDeliveries({ limit: 2 }, deps())).toEqual({ redriven: 2, examined: 2, isComplete: false });
		expect(deliveries.bodies()).toHaveLength(2);
		expect(deadLetters.bodies()).toHaveLength(2);
	});

	it("gives a redriven delivery a full round again, and delivers it", async () => {
		const { deps, state, run, deliveries, rows } = await withLetters();
		await redriveDeliveries({ destinationId: "shop", limit: 1 }, deps());
		state.verdict = DELIVERED;
		const [again] = deliveries.bodies();
		await run(again);
		expect(rows.get(again.deliveryId)).toMatchObject({
			state: "delivered",
			round: 2,
			attempts: [
				{ round: 1, outcome: "refused" },
				{ round: 2, outcome: "delivered" },
			],
		});
	});

	it("leaves what it cannot read where it is", async () => {
		const { deps, deadLetters, deliveries } = stage();
		await deadLetters.queue.send([{ body: "1" }, { body: '{"deliveryId":"x"}' }]);
		expect(await redriveDeliveries({ limit: 10 }, deps())).toEqual({ redriven: 0, examined: 2, isComplete: true });
		expect(deadLetters.bodies()).toHaveLength(2);
		expect(deliveries.bodies()).toEqual([]);
	});
});
