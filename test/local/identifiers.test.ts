import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountAnswer, accountMembersAnswer } from "#contracts/http/accounts.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

let tutti: Tutti;
beforeAll(async () => {
	tutti = await startTutti({ port: 0, dataFolder: join(folder, "identifiers"), workspaceFolder: "workspace" });
	return () => tutti.close();
});

/** Sends events, and waits until all that follows from them is done. */
async function send(...batch: object[]): Promise<void> {
	const answer = await fetch(`${tutti.url}/v1/batch`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
		body: JSON.stringify({ batch }),
	});
	expect(answer.status).toBe(200);
	await tutti.idle();
}

async function get(path: string): Promise<{ status: number; body: unknown }> {
	const answer = await fetch(tutti.url + path, { headers: { authorization: `Bearer ${tutti.adminToken}` } });
	return { status: answer.status, body: await answer.json() };
}

const profile = async (reference: string, include = "traits,identifiers") => {
	const { body } = await get(`/v1/profiles/${encodeURIComponent(reference)}?include=${include}`);
	return profileAnswer.strict().parse(body);
};

const namesOf = ({ identifiers = [] }: Awaited<ReturnType<typeof profile>>) =>
	identifiers.map(({ namespace, value }) => `${namespace}:${value}`).sort();

describe("the example workspace's identifiers", () => {
	it("are one person, wherever the SDKs put them and however they are spelled", async () => {
		const rudder = {
			type: "identify",
			userId: "ada",
			context: {
				locale: "fr-FR",
				traits: { email: "Ada@MÜNCHEN.de", phone: "06 12 34 56 78", plan: "gold" },
				device: { id: "d-1", advertisingId: "ad-1", adTrackingEnabled: false },
			},
		};
		const till = {
			type: "track",
			event: "Order Completed",
			anonymousId: "receipt-1",
			properties: { order_id: "1", total: 5, loyalty_id: 7001 },
			context: { externalIds: [{ id: "+33 612345678", type: "phone", collection: "users", encoding: "none" }] },
		};
		const signedUp = { type: "alias", previousId: "laptop", userId: "ada" };
		await send(rudder, till, signedUp);
		const ada = await profile("phone:0033612345678");
		expect(ada.traits).toMatchObject({ plan: "gold" });
		expect(namesOf(ada)).toEqual([
			"anonymous_id:laptop",
			"anonymous_id:receipt-1",
			"device_id:d-1",
			"email:ada@xn--mnchen-3ya.de",
			"loyalty_id:7001",
			"phone:+33612345678",
			"user_id:ada",
		]);
		for (const other of ["loyalty_id:7001", "anonymous_id:laptop", "email:ada@münchen.de", "device_id:d-1"]) {
			expect((await profile(other)).profileId).toBe(ada.profileId);
		}
		expect((await get("/v1/profiles/advertising_id:ad-1")).status).toBe(404);
	});

	it("bring group calls to their account", async () => {
		await send(
			{ type: "group", userId: "bob", groupId: "acme", traits: { name: "Acme", email: "info@acme.example" } },
			{ type: "group", userId: "eva", groupId: "acme", traits: { plan: "gold" } },
			{ type: "group", userId: "eva", groupId: "g".repeat(501) },
		);
		const [bob, eva] = [await profile("user_id:bob", "accounts"), await profile("user_id:eva", "accounts,identifiers")];
		expect(bob.profileId).not.toBe(eva.profileId);
		expect(namesOf(eva)).toEqual(["user_id:eva"]);
		expect(eva.accounts).toMatchObject([{ groupId: "acme", traits: { name: "Acme", plan: "gold" } }]);
		expect(accountAnswer.strict().parse((await get("/v1/accounts/acme")).body)).toMatchObject({
			traits: { name: "Acme", plan: "gold", email: "info@acme.example" },
		});
		const { members } = accountMembersAnswer.strict().parse((await get("/v1/accounts/acme/members")).body);
		expect(members.map(({ profileId }) => profileId).sort()).toEqual([bob.profileId, eva.profileId].sort());
		expect((await fetch(`${tutti.url}/v1/accounts/acme`)).status).toBe(401);
	});
});
