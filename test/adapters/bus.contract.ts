import { randomUUID } from "node:crypto";
import { beforeEach, expect, it, vi } from "vitest";
import { RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import type { Bus, BusEntry } from "#domain/model/ports.ts";

/** A bus with the rules of `RULES`, each feeding a queue of its own. */
export type OpenedBus = {
	readonly bus: Bus;
	/** The bodies of all messages the rule's queue has been given since it was opened, in any order. */
	bodiesOf(rule: RuleName): Promise<readonly string[]>;
	close(): Promise<void>;
};

type Delivered = { id: string; detail: { batchId: string }; [field: string]: unknown };

const RULE_NAMES = Object.keys(RULES) as RuleName[];
const collected = (batchId: string, more: object = {}): BusEntry => ({
	source: "tutti.collect",
	detailType: "EventsCollected",
	detail: { version: 1, batchId, ...more },
});

/** What every Bus owes its callers: every entry in the queue of every rule that matches it, as EventBridge would put it. */
export function busContract(open: () => Promise<OpenedBus>): void {
	let opened: OpenedBus;
	beforeEach(async () => {
		opened = await open();
		return () => opened.close();
	});

	/** What the rule's queue was given of these batches, once `count` of them are there. */
	async function delivered(rule: RuleName, batchIds: readonly string[], count = batchIds.length): Promise<Delivered[]> {
		let found: Delivered[] = [];
		await vi.waitFor(
			async () => {
				const all = (await opened.bodiesOf(rule)).map((body) => JSON.parse(body) as Delivered);
				found = all.filter((event) => batchIds.includes(event.detail.batchId));
				if (found.length < count) throw new Error(`${rule} was given ${found.length} of ${count} entries`);
			},
			{ timeout: 15_000, interval: 100 },
		);
		return found;
	}

	it("gives an entry to the rule that matches it, in EventBridge's own shape", async () => {
		const [batchId, after] = [randomUUID(), randomUUID()];
		const detail = { text: "Zoë 😀", list: [1.5, null, true, { deep: "" }] };
		await opened.bus.publish([collected(batchId, detail)]);
		await opened.bus.publish([{ source: "tutti.segment", detailType: "SegmentEntered", detail: { batchId: after } }]);
		const [event] = await delivered("process-events", [batchId]);
		expect(event).toEqual({
			version: "0",
			id: expect.stringMatching(/^[0-9a-f-]{36}$/),
			"detail-type": "EventsCollected",
			source: "tutti.collect",
			account: expect.stringMatching(/^\d{12}$/),
			time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
			region: expect.stringMatching(/^[a-z0-9-]+$/),
			resources: [],
			detail: { version: 1, batchId, ...detail },
		});
		const routed = await delivered("route-deliveries", [batchId, after], 1);
		expect(routed.map((event) => event.detail.batchId)).toEqual([after]);
	});

	it.each<{ entry: Omit<BusEntry, "detail">; to: RuleName[] }>([
		{ entry: { source: "tutti.unify", detailType: "EventsProcessed" }, to: ["route-deliveries"] },
		{ entry: { source: "tutti.segment", detailType: "SegmentEntered" }, to: ["route-deliveries"] },
		{ entry: { source: "tutti.segment", detailType: "SegmentExited" }, to: ["route-deliveries"] },
		{ entry: { source: "tutti.unify", detailType: "IdentityChanged" }, to: ["store-identities"] },
		{ entry: { source: "tutti.unify", detailType: "ProfilesMerged" }, to: [] },
		{ entry: { source: "tutti.collect", detailType: "EventsProcessed" }, to: [] },
		{ entry: { source: "tutti.other", detailType: "EventsCollected" }, to: [] },
		{ entry: { source: "tutti.collect", detailType: "eventscollected" }, to: [] },
	])("gives $entry to $to and to no other rule", async ({ entry, to }) => {
		const [batchId, marker] = [randomUUID(), randomUUID()];
		await opened.bus.publish([{ ...entry, detail: { batchId } }]);
		await opened.bus.publish([
			collected(marker),
			{ source: "tutti.segment", detailType: "SegmentEntered", detail: { batchId: marker } },
			{ source: "tutti.unify", detailType: "IdentityChanged", detail: { batchId: marker } },
		]);
		for (const rule of RULE_NAMES) {
			const expected = to.includes(rule) ? [batchId, marker] : [marker];
			const found = await delivered(rule, [batchId, marker], expected.length);
			expect(found.map((event) => event.detail.batchId).sort()).toEqual(expected.sort());
		}
	});

	it("takes more entries than one call may carry, and gives each an id of its own", async () => {
		const batchIds = Array.from({ length: 25 }, () => randomUUID());
		await opened.bus.publish(batchIds.map((batchId) => collected(batchId)));
		const events = await delivered("process-events", batchIds);
		expect(new Set(events.map((event) => event.detail.batchId))).toEqual(new Set(batchIds));
		expect(new Set(events.map((event) => event.id)).size).toBe(25);
	});

	it("takes more bytes than one call may carry", async () => {
		const batchIds = Array.from({ length: 4 }, () => randomUUID());
		await opened.bus.publish(batchIds.map((batchId) => collected(batchId, { text: "é".repeat(50_000) })));
		expect(await delivered("process-events", batchIds)).toHaveLength(4);
	});

	it("publishes nothing without complaint", async () => {
		await expect(opened.bus.publish([])).resolves.toBeUndefined();
	});
}
