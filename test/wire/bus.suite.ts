import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { OpenedBus } from "#test/adapters/bus.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";
import { openBus } from "./opened-bus.ts";

type Delivered = { source: string; "detail-type": string; detail: { n: number } };

/** Every entry, with its detail, in the queues of the rules that match it and in no other. */
export function busSuite(aws: () => Aws): void {
	let opened: OpenedBus;
	beforeAll(async () => {
		opened = await openBus(aws());
	});
	afterAll(() => opened.close());

	it("gives more entries than one call may carry to the rules that match them", async () => {
		const text = "é".repeat(30_000);
		const numbers = Array.from({ length: 25 }, (_, n) => n);
		await opened.bus.publish(
			numbers.map((n) =>
				n % 5 === 0
					? { source: "tutti.segment", detailType: "SegmentEntered", detail: { n } }
					: { source: "tutti.collect", detailType: "EventsCollected", detail: { n, text } },
			),
		);
		const arrived = async (rule: Parameters<OpenedBus["bodiesOf"]>[0], count: number) =>
			await vi.waitFor(
				async () => {
					const events = (await opened.bodiesOf(rule)).map((body) => JSON.parse(body) as Delivered);
					expect(events.length).toBeGreaterThanOrEqual(count);
					return events.map((event) => event.detail.n).sort((a, b) => a - b);
				},
				{ timeout: 15_000, interval: 100 },
			);
		expect(await arrived("process-events", 20)).toEqual(numbers.filter((n) => n % 5 !== 0));
		expect(await arrived("route-deliveries", 5)).toEqual(numbers.filter((n) => n % 5 === 0));
	});
}
