import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { aCollector, SECRET_KEY } from "../collect/collector.ts";
import { anEnvelope, aPass } from "../unify/pass.ts";

/** Events a request, and the goal for them: bytes of log an event (PERFORMANCE, goal 14). */
const [EVENTS, GOAL] = [20, 25];

/** A line of the HTTP API's access log, with values as long as they come. */
function accessLine(): string {
	const [, format = ""] =
		/const ACCESS_LOG = (\{[^}]+\})/s.exec(readFileSync("lib/constructs/front-door.ts", "utf8")) ?? [];
	const names = [...format.matchAll(/(\w+): "\$context/g)].map(([, name]) => name);
	expect(names).toContain("status");
	return JSON.stringify(Object.fromEntries(names.map((name) => [name, "x".repeat(16)])));
}

afterEach(() => vi.restoreAllMocks());

describe("what is logged of requests of 20 events that go well", () => {
	it("is less than 25 bytes an event: the access log's line, and nothing by the collector and the pass", async () => {
		const collector = aCollector();
		const batch = Array.from({ length: EVENTS }, (_, n) => ({
			type: "track",
			userId: "ada",
			event: "Seen",
			messageId: `m${n}`,
		}));
		const headers = { authorization: `Basic ${btoa(`${SECRET_KEY}:`)}` };
		const answer = await collector.send({ path: "/v1/batch", headers, body: JSON.stringify({ batch }) });
		expect(answer).toMatchObject({ status: 200, body: { accepted: EVENTS } });
		const pass = aPass();
		expect(await pass.take(anEnvelope(collector.published()))).toEqual([]);
		const logged = [...collector.log.lines, ...pass.log.lines];
		pass.close();

		expect(logged).toEqual([]);
		expect(accessLine().length / EVENTS).toBeLessThan(GOAL);
	});

	it("is less than 45 bytes a delivery: a batch of ten has one line of numbers", () => {
		let bytes = 0;
		vi.spyOn(process.stdout, "write").mockImplementation((text) => {
			bytes += String(text).length;
			return true;
		});
		powertoolsMetrics("Tutti/prod").put({ DeliveryAttempts: 10, FailedDeliveryAttempts: 1, DeliveriesSetAside: 1 });
		vi.restoreAllMocks();
		expect(bytes).toBeGreaterThan(100);
		expect(bytes / 10).toBeLessThan(45);
	});

	it("is short for a failure too: a line with ten ids of each kind", () => {
		let bytes = 0;
		vi.spyOn(process.stdout, "write").mockImplementation((text) => {
			bytes += String(text).length;
			return true;
		});
		vi.spyOn(process.stderr, "write").mockImplementation((text) => {
			bytes += String(text).length;
			return true;
		});
		const ids = Array.from({ length: 10 }, () => crypto.randomUUID());
		powertoolsLog().error("a whole batch goes back to the queue", {
			failed: 500,
			messages: ids,
			events: ids,
			error: "Error",
		});
		vi.restoreAllMocks();
		expect(bytes).toBeGreaterThan(700);
		expect(bytes).toBeLessThan(1300);
	});
});
