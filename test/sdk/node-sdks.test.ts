import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, runTutti, SERVER_KEY, until } from "#test/support/tutti.ts";

let tutti: Running;
beforeAll(async () => {
	tutti = await runTutti();
});
afterAll(() => tutti.close());

const archived = (userId: string) =>
	tutti.query(`select type, event, source, timestamp from events where user_id = '${userId}' order by type, event`);

describe("@segment/analytics-node, unmodified", () => {
	it("sends all six calls, and each is in the archive and on the profile", async () => {
		const analytics = new Analytics({ writeKey: SERVER_KEY, host: tutti.url, flushAt: 20 });
		const userId = "segment-node";
		analytics.identify({ userId, traits: { email: "Node@Segment.example", plan: "gold" } });
		analytics.track({ userId, event: "Order Completed", properties: { total: 12.5 } });
		analytics.page({ userId, name: "Home" });
		analytics.screen({ userId, name: "Start" });
		analytics.group({ userId, groupId: "acme", traits: { name: "Acme" } });
		analytics.alias({ userId, previousId: "segment-node-before" });
		await analytics.closeAndFlush();
		await tutti.idle();

		const rows = await archived(userId);
		expect(rows.map(({ type }) => type)).toEqual(["alias", "group", "identify", "page", "screen", "track"]);
		expect(rows.every(({ source }) => source === "server")).toBe(true);
		const profile = (await tutti.read(`/v1/profiles/user_id:${userId}?include=traits,identifiers`)) as {
			traits: Record<string, unknown>;
			identifiers: { namespace: string; value: string }[];
		};
		expect(profile.traits).toMatchObject({ plan: "gold" });
		expect(profile.identifiers).toContainEqual(
			expect.objectContaining({ namespace: "email", value: "node@segment.example" }),
		);
	});

	it("keeps the time an event happened, not the time it came in", async () => {
		const analytics = new Analytics({ writeKey: SERVER_KEY, host: tutti.url });
		const timestamp = new Date("2026-10-01T10:00:00.000Z");
		analytics.track({ userId: "segment-past", event: "Order Completed", timestamp });
		await analytics.closeAndFlush();
		await tutti.idle();

		const [row] = await archived("segment-past");
		expect(Math.abs(Date.parse(String(row?.timestamp)) - timestamp.getTime())).toBeLessThan(2_000);
	});

	it("reports an unknown key to its caller as the refusal it is", async () => {
		const analytics = new Analytics({ writeKey: "sk_unknown_key", host: tutti.url, maxRetries: 0 });
		const refused = new Promise<{ code: string; reason?: unknown }>((done) => analytics.on("error", done));
		analytics.track({ userId: "nobody", event: "Order Completed" });
		await analytics.closeAndFlush();
		const { code, reason } = await refused;
		expect(code).toBe("delivery_failure");
		expect(String(reason)).toContain("401");
		expect(await archived("nobody")).toEqual([]);
	});
});

describe("@rudderstack/rudder-sdk-node, unmodified, gzip on", () => {
	it.each([{ gzip: true }, { gzip: false }])(
		"sends its calls ($gzip), and they are in the archive",
		async ({ gzip }) => {
			const userId = `rudder-node-${gzip}`;
			const client = new RudderAnalytics(SERVER_KEY, { dataPlaneUrl: tutti.url, gzip, flushAt: 20 });
			client.identify({ userId, traits: { email: `${userId}@rudder.example` } });
			client.track({ userId, event: "Order Completed", properties: { total: 7 } });
			await client.flush();

			const rows = await until(
				() => archived(userId),
				(found) => found.length === 2,
			);
			expect(rows.map(({ type, event }) => [type, event])).toEqual([
				["identify", null],
				["track", "Order Completed"],
			]);
		},
	);
});
