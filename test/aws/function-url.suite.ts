import { beforeAll, expect, it } from "vitest";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { readArchive } from "./archive-files.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { identify, track } from "./senders.ts";

const ORIGIN = "https://shop.example";
const PREFLIGHT = { origin: ORIGIN, "access-control-request-method": "POST" };

/** The collector at a URL of its own (`-c frontDoor=function-url`), beside the HTTP API, which goes on leading to it. */
export function functionUrlSuite(installation: () => Installation): void {
	let collectorUrl: string;
	beforeAll(() => {
		collectorUrl = installation().collectorUrl;
	});

	it("makes a profile out of the event of Segment's SDK", async () => {
		await identify(collectorUrl, { userId: "iris", traits: { tier: "gold" } });
		const { traits } = await eventually("the profile", async () => {
			const answer = await installation()
				.ask("/v1/profiles/user_id:iris")
				.catch(() => undefined);
			return answer === undefined ? undefined : profileAnswer.parse(answer);
		});
		expect(traits).toMatchObject({ tier: "gold" });
	});

	it("refuses a key that is nobody's in the collector's own words", async () => {
		const refused = await fetch(`${collectorUrl}/v1/track?writeKey=nobodys`, { method: "POST", body: '{"event":"x"}' });
		expect(refused.status).toBe(401);
		expect(await refused.json()).toMatchObject({ code: "unknown_key" });
		const taken = await track(collectorUrl, { userId: "curl", event: "Order Completed", properties: { total: 1 } });
		expect(taken).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
	});

	it("leaves preflights to the collector, which says each header once", async () => {
		const answer = await fetch(`${collectorUrl}/v1/t`, { method: "OPTIONS", headers: PREFLIGHT });
		expect(answer.status).toBe(204);
		// What is said twice is joined by a comma.
		expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
		expect(answer.headers.get("access-control-max-age")).toBe("7200");
	});

	it("takes the canary's event of the minute, over TLS and by its public name", async () => {
		const { s3, made } = installation();
		const row = await eventually("the canary's event in the archive", async () => {
			const rows = await readArchive(s3, made("ArchiveBucketName"), "events");
			return rows.find(({ row: found }) => found.source === "canary");
		});
		expect(row.row).toMatchObject({ type: "track", quarantined: null });
	});

	it("is no way to the admin API", async () => {
		const headers = { authorization: `Bearer ${installation().operator.token}` };
		const { status } = await fetch(`${collectorUrl}/v1/definitions`, { headers });
		expect(status).toBe(404);
	});
}
