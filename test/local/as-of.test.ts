import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { DecisionAnswer } from "#contracts/http/identity.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { startTutti } from "#local/server.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const hour = (of: number) => new Date(Date.UTC(2026, 10, 3, of));

it("shows a person as he was known at any moment, through a merge, a denial and its undoing", async () => {
	let clock = hour(0);
	const tutti = await startTutti({
		...{ port: 0, dataFolder: join(folder, "data"), workspaceFolder: "workspace" },
		now: () => clock,
	});
	const admin = { authorization: `Bearer ${tutti.adminToken}` };
	const post = async (path: string, body: object, headers: object) => {
		const answer = await fetch(tutti.url + path, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
		expect(answer.status).toBe(200);
		await tutti.idle();
		return answer.json();
	};
	const happens = (event: object) =>
		post("/v1/batch", { batch: [event] }, { authorization: `Basic ${btoa("sk_demo_server:")}` });
	const decide = async (what: string, body: object) =>
		(await post(`/v1/identity/${what}`, body, admin)) as DecisionAnswer;
	try {
		clock = hour(1);
		await happens({ type: "page", messageId: "m-1", anonymousId: "phone" });
		clock = hour(2);
		await happens({
			type: "identify",
			messageId: "m-2",
			userId: "ada",
			anonymousId: "phone",
			traits: { tier: "gold" },
		});
		clock = hour(3);
		const { journalIds } = await decide("deny", { a: "user_id:ada", b: "anonymous_id:phone" });
		clock = hour(4);
		await happens({ type: "identify", messageId: "m-3", userId: "ada", traits: { tier: "silver" } });
		clock = hour(5);
		await decide("undo", { journalId: journalIds[0] });

		const asOf = async (identifier: string, of: number) => {
			const query = new URLSearchParams({ asOf: new Date(hour(of).getTime() + 60_000).toISOString() });
			const answer = await fetch(`${tutti.url}/v1/profiles/${identifier}?${query.toString()}`, { headers: admin });
			if (answer.status === 404) return "unknown";
			const { identifiers = [], traits = {}, eventCount } = profileAnswer.parse(await answer.json());
			return [identifiers.map(({ value }) => value).join(), traits.tier ?? "", eventCount].join(" ");
		};
		const story = await Promise.all([0, 1, 2, 3, 4, 5].map((of) => asOf("anonymous_id:phone", of)));
		expect(story).toEqual(["unknown", "phone  1", "phone,ada gold 2", "phone  1", "phone  1", "phone,ada silver 3"]);
		const ada = await Promise.all([1, 2, 3, 4, 5].map((of) => asOf("user_id:ada", of)));
		expect(ada).toEqual(["unknown", "phone,ada gold 2", "ada gold 1", "ada silver 2", "phone,ada silver 3"]);
	} finally {
		await tutti.close();
	}
});
