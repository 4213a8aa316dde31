import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IdentityRules, identity } from "#contracts/definitions/identity.ts";
import { type Running, runTutti, SERVER_KEY, until } from "../support/tutti.ts";

type Type = { readonly namespace: string; readonly [field: string]: unknown };
const rules = (...identifiers: Type[]): IdentityRules => identity.parse({ id: "identity", identifiers });
const [user, mail, device] = [
	{ namespace: "user_id", unique: true },
	{ namespace: "email" },
	{ namespace: "anonymous_id" },
];

const visit = (anonymousId: string, email: string, minute: number) => ({
	type: "identify",
	anonymousId,
	traits: { email },
	timestamp: `2026-02-01T10:0${minute}:00.000Z`,
});

type Seen = { readonly name: string; readonly person: string };
/** The names of each person, joined. */
const people = (seen: readonly Seen[]): string[] =>
	[...Map.groupBy(seen, ({ person }) => person).values()].map((same) => same.map(({ name }) => name).join("+"));

/** Which devices are one person's, as the profiles have it; and which addresses' events are, as SQL has it. */
async function everybodyIn({ query, read }: Running) {
	const devices = ["a", "b", "c", "d", "e"].map(async (name): Promise<Seen> => {
		const { profileId } = (await read(`/v1/profiles/anonymous_id:${name}`)) as { profileId: string };
		return { name, person: profileId };
	});
	const addresses = await query(`
		SELECT DISTINCT split_part(json_extract_string(e.traits, '$.email'), '@', 1) AS name,
			coalesce(i.profile_id, e.seed_id) AS person
		FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id ORDER BY 1`);
	return { devices: people(await Promise.all(devices)), addresses: people(addresses as Seen[]) };
}

describe("other identity rules", () => {
	let tutti: Running;
	const headers = () => ({ "content-type": "application/json", authorization: `Bearer ${tutti.adminToken}` });
	const apply = async (definition: IdentityRules): Promise<void> => {
		const body = JSON.stringify({ definitions: [{ kind: "identity", definition }] });
		const { status } = await fetch(`${tutti.url}/v1/definitions/apply`, { method: "POST", headers: headers(), body });
		expect(status).toBe(200);
	};
	beforeAll(async () => {
		tutti = await runTutti();
		await apply(rules(user, mail, device));
		const batch = [
			visit("a", "desk@shop.example", 1),
			visit("b", "desk@shop.example", 2),
			visit("b", "bo@example.com", 3),
			visit("c", "bo@example.com", 4),
			visit("d", "bo@example.com", 5),
			visit("e", "eve@example.com", 6),
		];
		await fetch(`${tutti.url}/v1/batch`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${SERVER_KEY}:`)}` },
			body: JSON.stringify({ batch }),
		});
		await tutti.idle();
	});
	afterAll(() => tutti.close());

	const together = { devices: ["a+b+c+d", "e"], addresses: ["bo+desk", "eve"] };
	// In this order: each change comes upon what the one before it left.
	it.each([
		{ change: "as they were", to: rules(user, mail, device), everybody: together },
		{
			change: "a value blocked",
			to: rules(user, { ...mail, blocked: ["desk@shop.example"] }, device),
			everybody: { devices: ["a", "b+c+d", "e"], addresses: ["bo", "desk", "eve"] },
		},
		{ change: "no value blocked any more", to: rules(user, mail, device), everybody: together },
		{
			change: "two devices at most",
			to: rules(user, mail, { ...device, max: 2 }),
			everybody: { devices: ["a+b", "c", "d", "e"], addresses: ["bo+desk", "eve"] },
		},
		{
			change: "one e-mail address each",
			to: rules(user, { ...mail, unique: true }, device),
			everybody: { devices: ["a+b", "c+d", "e"], addresses: ["bo", "desk", "eve"] },
		},
	])("make everybody who they want, in profiles and in SQL, and no event is needed: $change", async (of) => {
		await apply(of.to);
		const isSo = (found: object) => JSON.stringify(found) === JSON.stringify(of.everybody);
		expect(await until(() => everybodyIn(tutti), isSo, 20)).toEqual(of.everybody);
	});
});
