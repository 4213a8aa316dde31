import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { identity } from "#contracts/definitions/identity.ts";
import { accountAnswer, accountMembersAnswer } from "#contracts/http/accounts.ts";
import { type ProfileAnswer, profileAnswer } from "#contracts/http/profiles.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Tutti } from "#local/server.ts";
import { happenedAt } from "#test/support/event-times.ts";
import type { SentMessage } from "#test/support/lives.ts";
import { truthOf } from "#test/support/truth.ts";

/** One key for all folders: ids of profiles are made with it, and can be compared. */
const KEY = Buffer.alloc(32, 9).toString("base64");
const PARTS = "traits,identifiers,segments,provenance";

/** The example workspace, with more kinds of identifiers. */
const IDENTITY = `
id: identity
identifiers:
  - namespace: user_id
    unique: true
  - namespace: loyalty_id
    max: 2
  - namespace: email
    maxPeers: 12
  - namespace: phone
  - namespace: anonymous_id
    blocked: ["kiosk*"]
defaultCountry: DE
`;

/** An empty data folder with the common key, and a workspace. */
export function emptyFolders(parent: string, name: string): { dataFolder: string; workspaceFolder: string } {
	const [dataFolder, workspaceFolder] = [join(parent, name), join(parent, `${name}-workspace`)];
	mkdirSync(dataFolder);
	writeFileSync(join(dataFolder, "vault.key"), KEY, { mode: 0o600 });
	cpSync("workspace", workspaceFolder, { recursive: true });
	writeFileSync(join(workspaceFolder, "identity.yaml"), IDENTITY);
	return { dataFolder, workspaceFolder };
}

/** Sends a batch, all of which must be accepted. */
export async function send({ url }: Pick<Tutti, "url">, batch: readonly SentMessage[]): Promise<void> {
	const answer = await fetch(`${url}/v1/batch`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa("sk_demo_server:")}` },
		body: JSON.stringify({ batch }),
	});
	expect(await answer.json()).toEqual({ success: true, accepted: batch.length, rejected: [] });
}

/** A profile without the moments at which this server came to know, which are its own. */
export type Person = Omit<ProfileAnswer, "segments" | "updatedAt"> & { readonly segments: readonly string[] };

/** Everybody whom a server knows by anything that these messages say: profile id → person. */
export async function everybody(
	{ url, adminToken }: Pick<Tutti, "url" | "adminToken">,
	messages: readonly SentMessage[],
): Promise<Record<string, Person>> {
	const people = new Map<string, Person>();
	const headers = { authorization: `Bearer ${adminToken}` };
	for (const reference of references(messages)) {
		const answer = await fetch(`${url}/v1/profiles/${reference}?include=${PARTS}`, { headers });
		expect([200, 404]).toContain(answer.status);
		const body: unknown = await answer.json();
		if (answer.status === 404) continue;
		const person = timeless(profileAnswer.parse(body));
		people.set(person.profileId, person);
	}
	return Object.fromEntries(people);
}

/** The same people by the definition, from nothing but the messages. In the order of their ids. */
export async function definedPeople(messages: readonly SentMessage[]) {
	const events = messages.map(({ timestamp, context = {}, ...said }): CollectedEvent => {
		return { ...said, context, ...happenedAt(timestamp) };
	});
	const rules = identity.parse(parse(IDENTITY));
	const vault = identifierVault(Buffer.from(KEY, "base64"));
	const people = truthOf(events, { rules, vault, phones: phoneNumbers() });
	return people.map(({ profileId, members, messageIds }) => ({ profileId, members, events: messageIds.length }));
}

/** Every account that these messages name: what is known of it, and who its members are. */
export async function accounts(
	{ url, adminToken }: Pick<Tutti, "url" | "adminToken">,
	messages: readonly SentMessage[],
): Promise<Record<string, object>> {
	const headers = { authorization: `Bearer ${adminToken}` };
	const read = async (path: string): Promise<unknown> =>
		(await fetch(`${url}/v1/accounts/${path}`, { headers })).json();
	const named = [...new Set(messages.flatMap(({ groupId }) => groupId ?? []))].sort();
	const found = named.map(async (groupId) => {
		const account = accountAnswer.parse(await read(`${groupId}?include=traits,provenance`));
		const { members } = accountMembersAnswer.parse(await read(`${groupId}/members?limit=100`));
		return [groupId, { ...account, members: members.sort((x, y) => (x.profileId < y.profileId ? -1 : 1)) }] as const;
	});
	return Object.fromEntries(await Promise.all(found));
}

/** All that a message may have been known by. */
function references(messages: readonly SentMessage[]): Set<string> {
	const found = new Set<string>();
	for (const { userId, anonymousId, previousId, context, traits } of messages) {
		if (userId) found.add(`user_id:${userId}`);
		for (const id of [anonymousId, previousId]) if (id) found.add(`anonymous_id:${id}`);
		for (const address of [traits?.email, context?.traits?.email]) if (address) found.add(`email:${address}`);
		if (traits?.phone) found.add(`phone:${encodeURIComponent(String(traits.phone))}`);
		for (const { id } of context?.externalIds ?? []) found.add(`loyalty_id:${id}`);
	}
	return found;
}

function timeless({ segments = [], updatedAt: _, ...profile }: ProfileAnswer): Person {
	return { ...profile, segments: segments.map(({ id }) => id).sort() };
}
