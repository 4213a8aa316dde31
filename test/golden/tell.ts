import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import { segment } from "#contracts/definitions/segment.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { anAdminApi } from "../functions/admin/ask.ts";
import { anEnvelope, aPass, aWorkspace, type Pass } from "../functions/unify/pass.ts";

/** Events, batch by batch. Of an event only what the story is about; the rest is what the collector would put. */
type Batches = readonly (readonly (Partial<CollectedEvent> &
	Pick<CollectedEvent, "messageId" | "type" | "timestamp">)[])[];

/** What a person decides: asked over HTTP, or the change undone that an event made of the profile an identifier leads to. */
type Decision =
	| { readonly ask: string; readonly with: object }
	| { readonly undoChangeOf: string; readonly by: string; readonly reason: string };

/** What comes in, what people then decide, and what comes in afterwards. */
export type Story = {
	readonly story: string;
	readonly identity?: IdentityRules;
	readonly segments?: readonly object[];
	readonly batches: Batches;
	readonly then?: readonly Decision[];
	readonly afterwards?: Batches;
};

const phones = phoneNumbers();
/** When all this is told: the clock stands still. */
const now = () => new Date("2026-01-31T12:00:00.000Z");
const here = import.meta.dirname;
/** The folders with a story in them. */
export const STORIES = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
export const readStory = (name: string): Story => JSON.parse(readFileSync(`${here}/${name}/given.json`, "utf8"));

/** The same story with everything that comes in in the opposite order. */
export const backwards = (story: Story): Story => ({
	...story,
	batches: story.batches.toReversed().map((batch) => batch.toReversed()),
	...(story.afterwards && { afterwards: story.afterwards.toReversed().map((batch) => batch.toReversed()) }),
});

const collected = (event: Story["batches"][number][number]): CollectedEvent => ({
	context: {},
	originalTimestamp: event.timestamp,
	sentAt: event.timestamp,
	receivedAt: now().toISOString(),
	...event,
});

const workspaceOf = ({ identity = DEFAULT_IDENTITY, segments = [] }: Story): Workspace =>
	aWorkspace({
		identity,
		segments: segments.map((one) => ({ ...segment.parse(one), version: 1, appliedAt: "2026-01-01T00:00:00.000Z" })),
	});

/** Tells a story to the pass, and what there is to see afterwards, with identifiers in clear where the pass has ids. */
export async function tell(story: Story) {
	const workspace = workspaceOf(story);
	const pass = aPass({ workspace, now });
	const take = async (batches: Batches = []) => {
		for (const batch of batches) expect(await pass.take(anEnvelope(batch.map(collected), "web", "b"))).toEqual([]);
	};
	try {
		const clear = clearText(namesIn(story, workspace, pass));
		await take(story.batches);
		const decided = await decideAll(story, workspace, pass);
		await take(story.afterwards);
		return clear({
			people: await peopleIn(pass, namesIn(story, workspace, pass)),
			...(story.then && { decided }),
			told: [...pass.outbox(), ...pass.told].map(({ detailType, detail }) => ({ detailType, detail })),
			quarantined: await quarantinedBy(pass),
		});
	} finally {
		pass.close();
	}
}

/** What the admin API answers to each decision. */
async function decideAll({ then = [] }: Story, workspace: Workspace, { items, ...pass }: Pass): Promise<object[]> {
	let statements = 0;
	const { ask } = anAdminApi({
		...pass,
		definitions: { current: async () => workspace },
		profiles: { read: pass.profileOf },
		journal: itemIdentityJournal({ items }),
		blocked: itemBlockedIdentifiers({ items }),
		now,
		newId: () => `statement-${++statements}`,
		pause: async () => {},
	});
	const answers: object[] = [];
	for (const decision of then) {
		const { status, body } =
			"ask" in decision
				? await ask(decision.ask, { body: decision.with })
				: await ask("POST /v1/identity/undo", {
						body: { journalId: await changeOf(decision.undoChangeOf, decision.by), reason: decision.reason },
					});
		answers.push({ status, ...body });
	}
	return answers;

	async function changeOf(reference: string, messageId: string): Promise<string | undefined> {
		const { body } = await ask(`GET /v1/profiles/${reference}/identity`);
		const journal = body.journal as { journalId: string; cause: { messageId?: string } }[];
		return journal.find(({ cause }) => cause.messageId === messageId)?.journalId;
	}
}

/** Says names where there are ids, wherever they stand. */
const clearText =
	(named: ReadonlyMap<SeedId, string>) =>
	<T>(told: T): T =>
		JSON.parse([...named].reduce((said, [id, name]) => said.replaceAll(id, name), JSON.stringify(told)));

/** The clear name of each seed id in a story: `user_id:ada`. */
function namesIn(
	{ batches, afterwards = [] }: Story,
	{ identity: rules }: Workspace,
	{ vault }: Pass,
): Map<SeedId, string> {
	const identifiers = [...batches, ...afterwards]
		.flat()
		.flatMap((event) => identifiersOf(collected(event), { rules, vault, phones }).identifiers);
	return new Map(identifiers.map((one) => [one.id, `${one.namespace}:${one.value}`]));
}

async function peopleIn(pass: Pass, named: Map<SeedId, string>) {
	const profiles = await Promise.all([...named.keys()].map((id) => pass.profileOf(id)));
	const people = new Map(profiles.flatMap((profile) => (profile ? [[profile.profileId, profile] as const] : [])));
	const told = await Promise.all(
		[...people.values()].map(async ({ profileId, aliases, measures: _, ...profile }) => ({
			profile: named.get(profileId),
			aliases: aliases.map((alias) => named.get(alias)).sort(),
			...profile,
			segments: (await pass.memberships.of(profileId))
				.filter(({ state }) => state === "entered")
				.map(({ segmentId }) => segmentId),
		})),
	);
	return told.sort((x, y) => String(x.profile).localeCompare(String(y.profile)));
}

async function quarantinedBy(pass: Pass) {
	const { events } = await pass.quarantine.list(now().toISOString().slice(0, 10));
	return events.map(({ event: { messageId }, reason }) => ({ messageId, reason }));
}
