import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, expect, it } from "vitest";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { keys } from "#adapters/items/keys.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { type ArchivedLine, readArchive } from "./archive-files.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { identify, order, track } from "./senders.ts";

/** HTTP → bus → queue → table, archive and, over the stream, what changed. */
export function flowSuite(installation: () => Installation): void {
	let messageId: string;
	beforeAll(async () => {
		const { url } = installation();
		messageId = await identify(url, { userId: "ada", traits: { email: "ada@example.com", tier: "gold" } });
		await order(url, { userId: "rudi", total: 20 });
	});

	const profile = async (userId: string) =>
		profileAnswer.parse(await installation().ask(`/v1/profiles/user_id:${userId}`));
	const archived = (kind: "events" | "identity-changes", isIt: (row: ArchivedLine["row"]) => boolean) =>
		eventually(`a row of ${kind} in the archive`, async () => {
			const { s3, made } = installation();
			return (await readArchive(s3, made("ArchiveBucketName"), kind)).find(({ row }) => isIt(row));
		});

	it("lets nobody into the admin API without a token of its own pool", async () => {
		for (const headers of [{}, { authorization: "Bearer made.up.token" }]) {
			const { status } = await fetch(`${installation().url}/v1/definitions`, { headers });
			expect(status).toBe(401);
		}
	});

	it("refuses an event with a key that is nobody's, and says of one it takes that it did", async () => {
		const { url } = installation();
		const refused = await fetch(`${url}/v1/track?writeKey=nobodys`, { method: "POST", body: '{"event":"x"}' });
		expect(refused.status).toBe(401);
		const taken = await track(url, { userId: "curl", event: "Order Completed", properties: { total: 1 } });
		expect(taken).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
	});

	it("makes a profile in the table out of the event of Segment's SDK", async () => {
		const { client, made, seedIdOf } = installation();
		const items = dynamoItemStore({
			client: new DynamoDBClient(client),
			table: made("TableName"),
			now: () => new Date(),
		});
		const seedId = await seedIdOf("ada");
		await eventually("the fragment of the person", () => items.get(keys.fragment(seedId)));
		expect((await profile("ada")).traits).toMatchObject({ email: "ada@example.com", tier: "gold" });
	});

	it("puts each event into the archive, in the folder of its day, with the person's seed id", async () => {
		const { row, folder } = await archived("events", (found) => found.message_id === messageId);
		const seed_id = await installation().seedIdOf("ada");
		expect(row).toMatchObject({ type: "identify", source: "server", user_id: "ada", seed_id });
		expect(folder).toBe(`events/day=${String(row.received_at).slice(0, 10)}/`);
	});

	it("puts the order of RudderStack's SDK there, and makes a profile of somebody who only bought", async () => {
		const { row } = await archived("events", (found) => found.user_id === "rudi");
		expect(row).toMatchObject({ type: "track", event: "Order Completed", source: "server", quarantined: null });
		expect(JSON.parse(String(row.properties))).toMatchObject({ total: 20, currency: "EUR" });
		expect((await profile("rudi")).profileId).toBe(await installation().seedIdOf("rudi"));
	});

	it("tells the archive, by way of outbox, stream, bus and queue, that the e-mail address is the person's", async () => {
		const { seedIdOf } = installation();
		const address = await seedIdOf("ada@example.com", "email");
		const { row, folder } = await archived("identity-changes", (found) => found.seed_id === address);
		expect(row).toMatchObject({ profile_id: await seedIdOf("ada"), message_id: messageId });
		expect(folder).toBe(`identity-changes/day=${String(row.changed_at).slice(0, 10)}/`);
	});
}
