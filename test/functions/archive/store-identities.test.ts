import { describe, expect, it } from "vitest";
import type { IdentityChanged } from "#contracts/bus/identity-changed.ts";
import type { ArchivedIdentity } from "#domain/model/ports.ts";
import { storeIdentities } from "#functions/archive/store-identities/store-identities.ts";
import { aContext, busBody, queueEvent } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";

const AT = "2026-03-04T23:59:59.999Z";
const changed = (messageId: string, moved: Record<string, string>): IdentityChanged => ({
	version: 1,
	at: AT,
	messageId,
	changes: Object.entries(moved).map(([seedId, profileId]) => ({ seedId, profileId })),
});

async function run(bodies: string[], { fails = false } = {}) {
	const stores: ArchivedIdentity[][] = [];
	const log = recordingLog();
	const identityArchive = {
		async store(rows: readonly ArchivedIdentity[]) {
			stores.push([...rows]);
			if (fails) throw new Error("ada@example.com was refused");
		},
	};
	const { batchItemFailures } = await storeIdentities({ identityArchive, log })(queueEvent(bodies), aContext);
	return { stores, log, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe("storeIdentities", () => {
	it("stores a row for each identifier that moved, those of a whole batch at once", async () => {
		const batch = [changed("login", { phone: "ada", web: "ada" }), changed("decision", { web: "web" })];
		const { stores, failed, log } = await run(batch.map((detail) => busBody(detail)));
		expect(failed).toEqual([]);
		expect(stores).toEqual([
			[
				{ seedId: "phone", profileId: "ada", at: AT, messageId: "login" },
				{ seedId: "web", profileId: "ada", at: AT, messageId: "login" },
				{ seedId: "web", profileId: "web", at: AT, messageId: "decision" },
			],
		]);
		expect(log.lines).toEqual([
			{ level: "info", message: "changes of identity were archived", fields: { changes: 2, identifiers: 3 } },
		]);
	});

	it("sends the whole batch back when the archive could not take it, and logs nothing of why", async () => {
		const { failed, log } = await run([busBody(changed("a", { x: "y" })), busBody(changed("b", { y: "z" }))], {
			fails: true,
		});
		expect(failed).toEqual(["message-0", "message-1"]);
		expect(JSON.stringify(log.lines)).not.toContain("ada@");
	});

	it("stores the rest of a batch when one message says nothing, which goes back by itself", async () => {
		const { stores, failed } = await run([busBody(changed("a", {})), busBody(changed("b", { x: "y" }))]);
		expect(failed).toEqual(["message-0"]);
		expect(stores).toEqual([[{ seedId: "x", profileId: "y", at: AT, messageId: "b" }]]);
	});
});
