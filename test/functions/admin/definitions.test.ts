import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { definitionAnswer, definitionsAnswer, planAnswer } from "#contracts/http/admin-definitions.ts";
import { openStore } from "../../adapters/items/open-store.ts";
import { grantedStore } from "../../support/granted-store.ts";
import { anAdminApi, NOW } from "./ask.ts";

const GOLD = { id: "gold", when: { trait: "plan", is: { op: "eq", value: "gold" } } };
const SERVER = { id: "server", key: { kind: "secret", writeKey: "sk_very_secret" } };
const CRM = { id: "crm", type: "webhook", subscriptions: [{ on: { segment: "gold" } }] };

const segment = (definition: object) => ({ kind: "segment", definition });

function open(more: Parameters<typeof anAdminApi>[0] = {}) {
	const now = () => new Date(NOW);
	const register = itemDefinitionRegister({
		items: grantedStore("admin/serve-admin-api", openStore(now)),
		hash: sha256,
		now,
	});
	return anAdminApi({ ...more, register, hash: sha256 });
}

describe("definitions over HTTP", () => {
	it("plans without applying, then applies, then has nothing to do", async () => {
		const { ask } = open();
		const body = { definitions: [segment(GOLD)] };
		const planned = await ask("POST /v1/definitions/plan", { body });
		expect(planAnswer.parse(planned.body)).toEqual({
			applied: false,
			changes: [{ kind: "segment", id: "gold", change: "created", differences: [] }],
		});
		expect((await ask("GET /v1/definitions")).body).toEqual({ edition: 0, definitions: [] });

		expect((await ask("POST /v1/definitions/apply", { body })).body).toMatchObject({
			applied: true,
			changes: [{ change: "created" }],
		});
		expect((await ask("POST /v1/definitions/apply", { body })).body).toMatchObject({
			changes: [{ change: "unchanged" }],
		});
		const { body: all } = await ask("GET /v1/definitions");
		expect(definitionsAnswer.parse(all)).toEqual({
			edition: 1,
			definitions: [{ ...segment(GOLD), version: 1, appliedAt: NOW, appliedBy: "admin-token" }],
		});
	});

	it("says what differs, field by field", async () => {
		const { ask } = open();
		await ask("PUT /v1/definitions/segment/gold", { body: GOLD });
		const changed = { ...GOLD, name: "Gold", when: { trait: "plan", is: { op: "eq", value: "platinum" } } };
		const { body } = await ask("POST /v1/definitions/plan", { body: { definitions: [segment(changed)] } });
		expect(body.changes).toEqual([
			{
				kind: "segment",
				id: "gold",
				change: "changed",
				differences: [
					{ path: "when.is.value", from: "gold", to: "platinum" },
					{ path: "name", to: "Gold" },
				],
			},
		]);
	});

	it("leaves what is not sent alone, unless it is to be pruned", async () => {
		const { ask } = open();
		await ask("PUT /v1/definitions/segment/gold", { body: GOLD });
		await ask("POST /v1/definitions/apply", { body: { definitions: [segment({ ...GOLD, id: "other" })] } });
		const ids = async () =>
			definitionsAnswer
				.parse((await ask("GET /v1/definitions")).body)
				.definitions.map(({ definition }) => definition.id);
		expect(await ids()).toEqual(["gold", "other"]);
		await ask("POST /v1/definitions/apply", {
			body: { definitions: [segment({ ...GOLD, id: "other" })], prune: true },
		});
		expect(await ids()).toEqual(["other"]);
	});

	it("puts, gets with its versions, deletes, and names who did it", async () => {
		const { ask } = open();
		expect((await ask("GET /v1/definitions/segment/gold")).status).toBe(404);
		const put = await ask("PUT /v1/definitions/segment/gold", { body: GOLD, as: "user-7" });
		expect(put.body).toEqual({
			applied: true,
			changes: [{ kind: "segment", id: "gold", change: "created", differences: [] }],
		});
		const { body } = await ask("GET /v1/definitions/segment/gold");
		expect(definitionAnswer.parse(body)).toEqual({
			...segment(GOLD),
			version: 1,
			appliedAt: NOW,
			appliedBy: "user-7",
			versions: [{ version: 1, at: NOW, by: "user-7", removed: false }],
		});
		expect((await ask("DELETE /v1/definitions/segment/gold")).body).toMatchObject({ changes: [{ change: "removed" }] });
		expect((await ask("GET /v1/definitions/segment/gold")).status).toBe(404);
		expect((await ask("DELETE /v1/definitions/segment/gold")).status).toBe(404);
	});

	it("never shows a secret write key again", async () => {
		const { ask } = open();
		const answers = [
			await ask("PUT /v1/definitions/source/server", { body: SERVER }),
			await ask("GET /v1/definitions/source/server"),
			await ask("GET /v1/definitions"),
			await ask("POST /v1/definitions/plan", {
				body: {
					definitions: [
						{ kind: "source", definition: { ...SERVER, key: { kind: "secret", writeKey: "sk_another_one" } } },
					],
				},
			}),
		];
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		expect(JSON.stringify(answers)).not.toMatch(/sk_very_secret|sk_another_one/);
	});

	it("answers 422 with the place when definitions do not fit together, and changes nothing", async () => {
		const { ask } = open();
		const answer = await ask("POST /v1/definitions/apply", {
			body: { definitions: [{ kind: "destination", definition: CRM }, segment({ ...GOLD, id: "golden" })] },
		});
		expect(answer).toMatchObject({ status: 422, body: { code: "definitions_invalid" } });
		expect(answer.body.problems).toEqual([
			{
				kind: "destination",
				id: "crm",
				path: "subscriptions.0.on.segment",
				message: expect.stringContaining("golden"),
			},
		]);
		expect((await ask("GET /v1/definitions")).body).toMatchObject({ definitions: [] });
	});

	it("answers 422 with the place to a destination that cannot work, before anything is planned", async () => {
		const checkDestination = async () => [{ path: ["settings", "url"], message: "this is not a URL" }];
		const { ask } = open({ checkDestination });
		const destination = { kind: "destination", definition: { id: "crm", type: "webhook" } };
		for (const [line, body] of [
			["PUT /v1/definitions/destination/crm", destination.definition],
			["POST /v1/definitions/plan", { definitions: [destination] }],
			["POST /v1/definitions/apply", { definitions: [destination] }],
		] as const) {
			const answer = await ask(line, { body });
			expect(answer).toMatchObject({ status: 422, body: { code: "definitions_invalid" } });
			expect(answer.body.problems).toEqual([
				{ kind: "destination", id: "crm", path: "settings.url", message: "this is not a URL" },
			]);
		}
		expect((await ask("GET /v1/definitions")).body).toMatchObject({ definitions: [] });
	});

	it("keeps a segment that a destination listens to", async () => {
		const { ask } = open();
		await ask("POST /v1/definitions/apply", {
			body: { definitions: [segment(GOLD), { kind: "destination", definition: CRM }] },
		});
		expect((await ask("DELETE /v1/definitions/segment/gold")).status).toBe(422);
		expect((await ask("GET /v1/definitions/segment/gold")).status).toBe(200);
	});

	it.each<{ what: string; line: string; body: unknown; status: number; path?: string }>([
		{ what: "an unknown kind", line: "PUT /v1/definitions/audience/gold", body: GOLD, status: 404 },
		{
			what: "an id that is not the path's",
			line: "PUT /v1/definitions/segment/silver",
			body: GOLD,
			status: 400,
			path: "id",
		},
		{
			what: "a field nobody knows",
			line: "PUT /v1/definitions/segment/gold",
			body: { ...GOLD, wen: 1 },
			status: 400,
			path: "wen",
		},
		{
			what: "a list of something else",
			line: "POST /v1/definitions/apply",
			body: { definitions: [{ kind: "audience", definition: {} }] },
			status: 400,
			path: "definitions.0.kind",
		},
		{
			what: "a definition without an id",
			line: "POST /v1/definitions/plan",
			body: { definitions: [segment({ when: GOLD.when })] },
			status: 400,
			path: "definitions.0.definition",
		},
	])("answers $status to $what", async ({ line, body, status, path }) => {
		const answer = await open().ask(line, { body });
		expect(answer.status).toBe(status);
		if (path !== undefined) expect(answer.body.problems).toMatchObject([{ path }]);
	});
});
