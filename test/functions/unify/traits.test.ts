import { afterEach, describe, expect, it } from "vitest";
import { eventsProcessed } from "#contracts/bus/events-processed.ts";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import { trait as schema } from "#contracts/definitions/trait.ts";
import type { Json } from "#domain/model/json.ts";
import { anEnvelope, anEvent, aPass, aWorkspace, type Pass, userId, watchMemberships } from "./pass.ts";

const applied = { version: 2, appliedAt: "2026-01-01T00:00:00.000Z" };
const traits = [
	{ id: "orders-30d", trait: "orders_30d", compute: "count", event: "Order Completed", within: "30d" },
	{ id: "viewed", trait: "viewed", compute: "unique_list", event: "Product Viewed", property: "properties.category" },
	{ id: "plan", trait: "plan", strategy: "source_priority", sources: ["crm"] },
].map((one) => ({ ...schema.parse(one), ...applied }));
const often = { trait: "orders_30d", is: { op: "gte" as const, value: 2 } };
const segments = [{ id: "often", when: often, ...applied }];
const order = (of: object = {}) => anEvent({ event: "Order Completed", userId: "ada", ...of });
const viewed = (category: string, of: object = {}) => anEvent({ userId: "ada", properties: { category }, ...of });
const identify = (plan: Json, of: object = {}) => anEvent({ type: "identify", userId: "ada", traits: { plan }, ...of });

let pass: Pass;
const open = (options: Parameters<typeof aPass>[0] = {}): Pass => {
	pass = aPass({ workspace: aWorkspace({ traits, segments }), ...options });
	return pass;
};
afterEach(() => pass.close());
const entered = () =>
	pass.outbox().flatMap(({ detailType, detail }) => {
		if (detailType !== "SegmentEntered") return [];
		const { segmentId, cause, traits } = segmentChanged.parse(detail);
		return [{ segmentId, cause, traits }];
	});

describe("the pass and traits", () => {
	it("lets a profile enter by a computed trait with the event that tips it, and tells its value", async () => {
		const { take } = open();
		await take(anEnvelope([order({ at: "2025-12-01T00:00:00.000Z" }), order()]));
		expect(entered()).toEqual([]);
		const last = order();
		await take(anEnvelope([last]));
		await take(anEnvelope([last]));
		expect(entered()).toEqual([
			{
				segmentId: "often",
				cause: { kind: "event", messageId: last.messageId, leaf: "when" },
				traits: { orders_30d: 2 },
			},
		]);
	});

	it("looks at no profile for an event that feeds traits which no segment looks at", async () => {
		const { asked, wrap } = watchMemberships();
		const { take } = open({ wrap });
		await take(anEnvelope([viewed("shoes")]));
		asked.length = 0;
		await take(anEnvelope([viewed("hats")]));
		expect(asked).toEqual([]);
		await take(anEnvelope([order()]));
		expect(asked).toHaveLength(1);
	});

	it("adds up what was done before and after a guest signed in", async () => {
		const { take, profile } = open();
		const guest = { userId: undefined, anonymousId: "phone" };
		await take(anEnvelope([order(guest), viewed("hats", guest)]));
		await take(
			anEnvelope([order(), viewed("shoes"), anEvent({ userId: "ada", anonymousId: "phone", event: "Signed In" })]),
		);
		const known = await profile(userId("ada"));
		expect(known?.traits).toMatchObject({ orders_30d: { value: 2 }, viewed: { value: ["hats", "shoes"] } });
		expect(entered().map(({ segmentId }) => segmentId)).toContain("often");
	});

	it("chooses what the best source said, and says by which version of which definition", async () => {
		const { take, profile } = open();
		await take(anEnvelope([identify("gold", { at: "2026-01-01T00:00:00.000Z" })], "crm"));
		await take(anEnvelope([identify("free")], "web"));
		const rule = { strategy: "source_priority", definition: "plan", version: 2 };
		expect((await profile(userId("ada")))?.traits.plan).toMatchObject({ value: "gold", source: "crm", rule });
	});

	it("believes a person before all else", async () => {
		const { take, profile } = open();
		await take(anEnvelope([identify("mine", { context: { declared: true }, at: "2026-01-01T00:00:00.000Z" })], "web"));
		await take(anEnvelope([identify("gold")], "crm"));
		expect((await profile(userId("ada")))?.traits.plan).toMatchObject({ value: "mine", declared: true });
	});

	it("tells destinations of computed traits with the event that changed them", async () => {
		const crm = {
			...{ id: "crm", type: "webhook", enabled: true, settings: {}, ...applied },
			subscriptions: [{ on: { event: "Order Completed", where: [] }, action: "send", mapping: {} }],
		};
		const { take } = open({ workspace: aWorkspace({ traits, destinations: [crm] }) });
		await take(anEnvelope([order(), order()]));
		const [told] = pass.told;
		expect(eventsProcessed.parse(told?.detail).events.map(({ traits }) => traits)).toEqual([
			{ orders_30d: 2 },
			{ orders_30d: 2 },
		]);
	});
});
