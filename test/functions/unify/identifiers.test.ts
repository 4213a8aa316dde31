import { describe, expect, it } from "vitest";
import { violationFound } from "#contracts/bus/violation-found.ts";
import { identity } from "#contracts/definitions/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import { anEnvelope, anEvent, anonymousId, aWorkspace, email, type Pass, userId } from "./pass.ts";
import { passOpener } from "./pass-opener.ts";

const openPass = passOpener();
const open = (parts: Partial<Workspace> = {}): Pass => openPass({ workspace: aWorkspace(parts) });

const rulesOf = (...identifiers: readonly object[]) => identity.parse({ id: "identity", identifiers });
const at = (hour: number) => new Date(Date.UTC(2026, 0, 30, hour)).toISOString();
const reported = (pass: Pass) =>
	pass.told
		.filter(({ detailType }) => detailType === "ViolationFound")
		.flatMap(({ detail }) => violationFound.parse(detail).violations.map(({ path, kind }) => `${path}: ${kind}`));
const counts = async (pass: Pass, ...of: Parameters<Pass["profile"]>[0][]) =>
	Promise.all(of.map(async (identifier) => (await pass.profile(identifier))?.eventCount));

describe("identifiers in the pass", () => {
	it("keep which normaliser spelled them", async () => {
		const pass = open();
		const traits = { email: "Ada@example.org", phone: "+49 30 1234567" };
		await pass.take(anEnvelope([anEvent({ type: "identify", userId: "ada", traits })]));
		const ids = [userId("ada"), email("ada@example.org"), { namespace: "phone", value: "+49301234567" }];
		const { nodes } = await pass.identities.look({ nodes: ids.map((one) => pass.vault.seedId(one)), edges: [] });
		expect(nodes.map(({ value, normaliser }) => `${value} ${normaliser}`).sort()).toEqual([
			"+49301234567 phone@v1",
			"ada text@v1",
			"ada@example.org email@v2",
		]);
	});

	it("that are none are told on the bus, and the event goes on with its others", async () => {
		const pass = open();
		const traits = { email: "n/a", phone: "x".repeat(10_240), plan: "gold" };
		await pass.take(
			anEnvelope([anEvent({ type: "identify", userId: "ada", anonymousId: "x".repeat(10_240), traits })]),
		);
		expect(reported(pass).sort()).toEqual([
			"anonymousId: identifier_too_long",
			"traits.email: not_an_email",
			"traits.phone: identifier_too_long",
			"traits.phone: trait_too_large",
		]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1, traits: { plan: { value: "gold" } } });
	});

	it("that a person blocked are passed over, and what they brought stays theirs", async () => {
		const till = email("till@shop.example");
		const first = open();
		const sale = (user: string, hour: number) =>
			anEvent({ anonymousId: user, context: { traits: { email: till.value } }, at: at(hour) });
		await first.take(anEnvelope([sale("a", 1), sale("b", 2)]));
		expect(await counts(first, anonymousId("a"))).toEqual([2]);

		const blockedSeeds = new Set([first.vault.seedId(till)]);
		const second = open({ blockedSeeds });
		await second.take(anEnvelope([sale("a", 1), sale("b", 2)]));
		expect(await counts(second, anonymousId("a"), anonymousId("b"), till)).toEqual([1, 1, undefined]);
	});

	it("of an alias go round in a circle and end as one person", async () => {
		const pass = open({ identity: rulesOf({ namespace: "user_id" }, { namespace: "anonymous_id" }) });
		const alias = (previousId: string, user: string) => anEvent({ type: "alias", previousId, userId: user });
		await pass.take(anEnvelope([alias("a", "b"), alias("b", "c"), alias("c", "a"), alias("a", "a")]));
		expect(await counts(pass, userId("a"), userId("b"), userId("c"))).toEqual([4, 4, 4]);
		expect(reported(pass)).toEqual(["previousId: alias_to_itself"]);
	});

	it("of an alias between two people who may not be one leave both as they are", async () => {
		const pass = open();
		await pass.take(
			anEnvelope([
				anEvent({ userId: "ada" }),
				anEvent({ userId: "bob", anonymousId: "laptop" }),
				anEvent({ type: "alias", previousId: "laptop", userId: "ada" }),
			]),
		);
		expect(await counts(pass, userId("ada"), userId("bob"))).toEqual([2, 1]);
	});
});

describe("a tablet that is cut into sessions", () => {
	const sliced = rulesOf(
		{ namespace: "user_id", unique: true },
		{ namespace: "anonymous_id", onShared: "time_sliced", blocked: ["kiosk-*"] },
	);
	const onTablet = (sessionId: number, user?: string) =>
		anEvent({ anonymousId: "tablet", context: { sessionId }, ...(user && { userId: user }), at: at(sessionId) });

	it("gives each session to whoever signed in during it, in whatever order events come", async () => {
		const events = [
			onTablet(1),
			onTablet(1, "ada"),
			onTablet(2),
			onTablet(2, "bob"),
			onTablet(2),
			onTablet(3),
			anEvent({ anonymousId: "tablet", at: at(23) }),
		];
		for (const order of [events, events.toReversed()]) {
			const pass = open({ identity: sliced });
			for (const event of order) await pass.take(anEnvelope([event]));
			expect(
				await counts(pass, userId("ada"), userId("bob"), anonymousId("tablet|3"), anonymousId("tablet|2026-01-30")),
			).toEqual([2, 3, 1, 1]);
		}
	});

	it("joins nobody when the rules block its whole value", async () => {
		const pass = open({ identity: sliced });
		await pass.take(anEnvelope([anEvent({ anonymousId: "kiosk-1", userId: "ada" })]));
		expect((await pass.profile(userId("ada")))?.identifiers).toHaveLength(1);
	});
});
