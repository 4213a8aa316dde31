import { describe, expect, it } from "vitest";
import { redriveAnswer } from "#contracts/http/deliveries.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import { anAdminApi } from "./ask.ts";

describe("GET /v1/deliveries", () => {
	it("hands on what is asked for", async () => {
		const asked: Parameters<DeliveryLog["list"]>[0][] = [];
		const { ask } = anAdminApi({
			deliveryLog: {
				list: async (query) => {
					asked.push(query);
					return { deliveries: [], cursor: "next" };
				},
			},
		});
		const query = { destination: "crm", state: "dead", limit: "5", cursor: "c" };
		expect((await ask("GET /v1/deliveries", { query })).body).toEqual({ deliveries: [], cursor: "next" });
		expect(asked).toEqual([{ destinationId: "crm", state: "dead", limit: 5, cursor: "c" }]);
	});

	it.each([{}, { destination: "crm", messageId: "m" }, { destination: "crm", state: "lost" }])(
		"answers 400 to %j",
		async (query) => {
			expect((await anAdminApi({}).ask("GET /v1/deliveries", { query: query as Record<string, string> })).status).toBe(
				400,
			);
		},
	);
});

describe("POST /v1/deliveries/redrive", () => {
	it("answers how many were sent again", async () => {
		const { ask } = anAdminApi({
			deadLetters: { receive: async () => [], release: async () => {} },
			deliveries: {},
		});
		const { status, body } = await ask("POST /v1/deliveries/redrive", { body: { destination: "crm" } });
		expect(status).toBe(200);
		expect(redriveAnswer.parse(body)).toEqual({ redriven: 0, examined: 0, isComplete: true });
	});

	it("answers 400 to a limit beyond reason", async () => {
		expect((await anAdminApi({}).ask("POST /v1/deliveries/redrive", { body: { limit: 1001 } })).status).toBe(400);
	});
});
