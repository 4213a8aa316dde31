import { describe, expect, it } from "vitest";
import { deliveryEnded } from "#contracts/bus/delivery-ended.ts";
import { endedEntries } from "#domain/activate/ended-entries.ts";
import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import { aDestination, changeNews, deliveryOf } from "./examples.ts";
import { BUSY, CRM, DELIVERED, DELIVERY, stage } from "./memory-stage.ts";

describe("endedEntries", () => {
	it("tells of all that succeeded in one entry, and of all that failed in another", async () => {
		const { run, state, rows } = stage(DELIVERED, [CRM, aDestination({ id: "shop" })]);
		await run(DELIVERY);
		state.verdict = { kind: "unauthorised", reason: "http_401", status: 401 };
		await run(deliveryOf(changeNews(), aDestination({ id: "shop" })));
		const ended = [...rows.values()] as LoggedDelivery[];

		const [succeeded, failed, ...more] = endedEntries([...ended, ...ended]);
		expect(more).toEqual([]);
		expect(succeeded).toMatchObject({ source: "tutti.activate", detailType: "DeliverySucceeded" });
		expect(failed).toMatchObject({ source: "tutti.activate", detailType: "DeliveryFailed" });
		expect(deliveryEnded.parse(succeeded?.detail).deliveries).toHaveLength(2);
		expect(deliveryEnded.parse(failed?.detail).deliveries[0]).toMatchObject({
			destinationId: "shop",
			kind: "entered",
			messageId: "m1",
			state: "paused",
			reason: "http_401",
		});
	});

	it("tells nothing of what is not over", async () => {
		const { run, rows } = stage(BUSY);
		await run(DELIVERY);
		expect(endedEntries([...rows.values()])).toEqual([]);
	});
});
