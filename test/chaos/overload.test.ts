import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTutti, type Tutti } from "#local/server.ts";

const LIMITS = { inFlight: 3, waiting: 10 };
const REQUESTS = 600;
const BATCH = 5;
const PEOPLE = 20;

const HEADERS = { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` };

describe("more than can be taken in", () => {
	const folder = mkdtempSync(join(tmpdir(), "tutti-overload-"));
	let tutti: Tutti;
	beforeAll(async () => {
		tutti = await startTutti({ port: 0, dataFolder: folder, workspaceFolder: "workspace", limits: LIMITS });
	});
	afterAll(async () => {
		await tutti.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const read = async (path: string, body?: object): Promise<Record<string, unknown>> => {
		const headers = { authorization: `Bearer ${tutti.adminToken}`, "content-type": "application/json" };
		const answer = await fetch(tutti.url + path, {
			headers,
			...(body && { method: "POST", body: JSON.stringify(body) }),
		});
		return (await answer.json()) as Record<string, unknown>;
	};
	const archived = async (prefix: string): Promise<unknown> => {
		const sql = `select count(*), count(distinct message_id) from events where message_id like '${prefix}%'`;
		return (await read("/v1/query", { sql })).rows;
	};
	const batch = (request: number) =>
		Array.from({ length: BATCH }, (_, place) => {
			const n = request * BATCH + place;
			const userId = `much-${n % PEOPLE}`;
			return {
				type: "track",
				event: "Product Viewed",
				messageId: `much-${n}`,
				userId,
				properties: { product_id: "p" },
			};
		});

	it("is answered 429 with Retry-After, and what was accepted is there once, and nothing of the rest", async () => {
		const answers = await Promise.all(
			Array.from({ length: REQUESTS }, async (_, request) => {
				const init = { method: "POST", headers: HEADERS, body: JSON.stringify({ batch: batch(request) }) };
				const answer = await fetch(`${tutti.url}/v1/batch`, init);
				return {
					status: answer.status,
					wait: answer.headers.get("retry-after"),
					body: (await answer.json()) as object,
				};
			}),
		);
		const refused = answers.filter(({ status }) => status === 429);
		const accepted = answers.filter(({ status }) => status === 200);
		expect(refused.length).toBeGreaterThan(0);
		expect(accepted.length).toBeGreaterThan(LIMITS.inFlight);
		expect(refused.length + accepted.length).toBe(REQUESTS);
		for (const { wait, body } of refused) {
			expect(["1", "2", "3", "4"]).toContain(wait);
			expect(body).toMatchObject({ status: 429, code: "overloaded" });
		}

		await tutti.idle();
		const events = accepted.length * BATCH;
		expect(await archived("much-")).toEqual([[events, events]]);
		const people = Array.from({ length: PEOPLE }, (_, n) => read(`/v1/profiles/user_id:much-${n}`));
		const counts = (await Promise.all(people)).map(({ eventCount }) => Number(eventCount ?? 0));
		expect(counts.reduce((all, count) => all + count, 0)).toBe(events);
	});

	it("is sent again by an unmodified SDK until it is in", async () => {
		const before = await archived("again-");
		expect(before).toEqual([[0, 0]]);
		const flood = Array.from({ length: 200 }, (_, n) =>
			fetch(`${tutti.url}/v1/batch`, { method: "POST", headers: HEADERS, body: JSON.stringify({ batch: batch(n) }) }),
		);
		const sdk = new Analytics({ writeKey: "sk_demo_server", host: tutti.url, flushAt: 1, maxRetries: 10 });
		let asked = 0;
		sdk.on("http_request", () => {
			asked++;
		});
		for (let n = 0; n < 20; n++) {
			sdk.track({ userId: "ada", event: "Product Viewed", messageId: `again-${n}`, properties: { product_id: "p" } });
		}
		await sdk.closeAndFlush();
		const statuses = (await Promise.all(flood)).map(({ status }) => status);
		expect(statuses).toContain(429);
		expect(asked, "the SDK was refused, too").toBeGreaterThan(20);
		await tutti.idle();
		expect(await archived("again-")).toEqual([[20, 20]]);
	});
});
