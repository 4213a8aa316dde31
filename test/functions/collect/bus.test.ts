import { describe, expect, it } from "vitest";
import { eventsCollected } from "#contracts/bus/events-collected.ts";
import { aCollector, aSource, busRefused, NOW, SECRET_KEY } from "./collector.ts";
import { basic } from "./http-event.ts";

const headers = basic(SECRET_KEY);
const request = (count: number, size = 10) => ({
	path: "/v1/batch",
	headers,
	body: JSON.stringify({
		batch: Array.from({ length: count }, (_, i) => ({
			type: "track",
			event: "E",
			userId: "ada@example.com",
			messageId: `m-${i}`,
			properties: { text: "x".repeat(size) },
		})),
	}),
});

describe("the bus", () => {
	it.each([
		{ what: "refuses some", failure: busRefused(), fields: { codes: ["InternalFailure"], error: "BusRefused" } },
		{
			what: "cannot be reached",
			failure: new TypeError("fetch failed for ada@example.com"),
			fields: { error: "TypeError" },
		},
	])(
		"that $what gets a 503: nothing counts as accepted, and the sender is told when to try again",
		async ({ failure, fields }) => {
			const { send, published, log } = aCollector({ busFails: (call) => (call === 0 ? failure : undefined) });
			const refused = await send(request(3));
			expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "5" }, body: { code: "unavailable" } });
			expect(refused.body).not.toHaveProperty("accepted");
			expect(log.lines[0]).toMatchObject({ level: "error", fields: { source: "server", ...fields } });
			expect(JSON.stringify(log.lines)).not.toContain("ada@");
			expect(await send(request(3))).toMatchObject({ status: 200, body: { accepted: 3 } });
			expect(published().map(({ messageId }) => messageId)).toEqual(["m-0", "m-1", "m-2"]);
		},
	);

	it("is given all envelopes of a split request at once, and the answer waits for it", async () => {
		const { send, entries, published } = aCollector();
		expect(await send(request(40, 12_000))).toMatchObject({ status: 200, body: { accepted: 40 } });
		expect(entries.length).toBeGreaterThan(1);
		for (const { detail } of entries) {
			expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThanOrEqual(240 * 1024);
			expect(eventsCollected.safeParse(detail).success).toBe(true);
		}
		expect(published().map(({ messageId }) => messageId)).toEqual(Array.from({ length: 40 }, (_, i) => `m-${i}`));
	});

	it("is given an entry an event where the source wants it", async () => {
		const { send, entries } = aCollector({ sources: [aSource({ publish: "single" })] });
		await send(request(3));
		expect(entries.map(({ detail }) => eventsCollected.parse(detail).events.length)).toEqual([1, 1, 1]);
	});
});

describe("the definitions", () => {
	it("that were never read let nobody in, and that is not the sender's fault", async () => {
		const { send, log } = aCollector({ definitionsFail: () => new Error("the table is away") });
		expect(await send(request(1))).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
		expect(log.lines[0]).toMatchObject({ level: "error", fields: { goesOn: false, error: "Error" } });
	});

	it("that cannot be read again are used as they were, and not asked for with every request", async () => {
		let isAway = false;
		let asked = 0;
		let now = Date.parse(NOW);
		const { send, published, log } = aCollector({
			now: () => new Date(now),
			definitionsFail: () => {
				asked += 1;
				return isAway ? new Error("the table is away") : undefined;
			},
		});
		await send(request(1));
		isAway = true;
		for (const _ of [1, 2, 3]) expect(await send(request(1))).toMatchObject({ status: 200, body: { accepted: 1 } });
		expect({ asked, published: published().length }).toEqual({ asked: 2, published: 4 });
		expect(log.lines).toMatchObject([{ level: "error", fields: { goesOn: true } }]);
		isAway = false;
		now += 5000;
		await send(request(1));
		expect(asked).toBe(3);
	});
});

describe("what nobody foresaw", () => {
	it("is a 500 that says nothing, and a line in the log that says where", async () => {
		const { send, log } = aCollector({
			now: () => {
				throw new RangeError("ada@example.com");
			},
		});
		const answer = await send(request(1));
		expect(answer).toMatchObject({ status: 500, body: { code: "internal_error" } });
		expect(log.lines).toMatchObject([{ level: "error", fields: { requestId: "request-1", error: "RangeError" } }]);
		expect(JSON.stringify([answer, log.lines])).not.toContain("ada@");
	});
});
