import { expect } from "vitest";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { segment } from "#contracts/definitions/segment.ts";
import { trait } from "#contracts/definitions/trait.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { anAdminApi } from "../functions/admin/ask.ts";
import { anEnvelope, aPass, aWorkspace, type Pass } from "../functions/unify/pass.ts";
import { type Clock, clockAt, judgeEverybody, letTimePass } from "./let-time-pass.ts";
import type { Batches, Later, Said, Story } from "./story.ts";

const phones = phoneNumbers();
const collected = ({ source: _, ...event }: Batches[number][number], receivedAt = event.timestamp): CollectedEvent => ({
	context: {},
	originalTimestamp: event.timestamp,
	sentAt: event.timestamp,
	receivedAt,
	...event,
});

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };

const workspaceOf = (
	{ identity = DEFAULT_IDENTITY, segments = [], traits = [] }: Story,
	lists: Later["lists"] = {},
): Workspace =>
	aWorkspace({
		identity,
		segments: segments.map((one) => ({ ...segment.parse(one), ...applied })),
		traits: traits.map((one) => ({ ...trait.parse(one), ...applied })),
		lists: new Map(Object.entries(lists)),
	});

/**
 * Tells a story to the pass. Answers what there is to see afterwards, with identifiers in clear where the pass has ids, and
 * what the decisions in it said.
 */
export async function tell(story: Story) {
	let workspace = workspaceOf(story, story.lists);
	const clock = clockAt(story.at ?? "2026-01-31T12:00:00.000Z");
	const pass = aPass({ workspace, workspaceNow: () => workspace, now: clock.now });
	const take = async (batches: Batches = []) => {
		for (const batch of batches) {
			const events = batch.map((event) => collected(event, clock.now().toISOString()));
			expect(await pass.take(anEnvelope(events, batch[0]?.source, "b"))).toEqual([]);
		}
	};
	try {
		const names = namesIn(story, workspace, pass);
		const clear = clearText(names);
		await take(story.batches);
		const { decided, said } = await decideAll(story, workspace, { ...pass, clock });
		await take(story.afterwards);
		for (const { at, lists, batches } of story.later ?? []) {
			await letTimePass(at, { pass, workspace, clock, ids: [...names.keys()] });
			if (lists) {
				workspace = workspaceOf(story, lists);
				await judgeEverybody({ pass, workspace, clock, ids: [...names.keys()] });
			}
			await take(batches);
		}
		const ended = {
			people: await peopleIn(pass, namesIn(story, workspace, pass)),
			...(story.decisions && { decided }),
			told: [...pass.outbox(), ...pass.told].map(({ detailType, detail }) => ({ detailType, detail })),
			quarantined: await quarantinedBy(pass, clock),
		};
		return clear({ ended, said });
	} finally {
		pass.close();
	}
}

/** What the admin API answers to each decision, and what each said: of an undone change, who is kept apart for it. */
async function decideAll(
	{ decisions = [] }: Story,
	workspace: Workspace,
	{ items, clock, ...pass }: Pass & { readonly clock: Clock },
) {
	let statements = 0;
	const journal = itemIdentityJournal({ items });
	const { ask } = anAdminApi({
		...pass,
		definitions: { current: async () => workspace },
		profiles: { read: pass.profileOf },
		journal,
		blocked: itemBlockedIdentifiers({ items }),
		now: clock.now,
		newId: () => `statement-${++statements}`,
		pause: async () => {},
	});
	const decided: { readonly status: number }[] = [];
	const said: Said[] = [];
	for (const decision of decisions) {
		const { status, body } =
			"ask" in decision
				? await ask(decision.ask, { body: decision.with })
				: await ask("POST /v1/identity/undo", {
						body: { journalId: await changeOf(decision.undoChangeOf, decision.by), reason: decision.reason },
					});
		decided.push({ status, ...body });
		said.push(...("ask" in decision ? [decision] : await keptApart(body.journalIds as string[])));
	}
	return { decided, said };

	async function keptApart(journalIds: readonly string[]): Promise<Said[]> {
		const entries = await Promise.all(journalIds.map((id) => journal.entry(id)));
		const edges = entries.flatMap((entry) => entry?.edges ?? []);
		return edges.map(({ a, b }) => ({ ask: "POST /v1/identity/deny", with: { a, b } }));
	}

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
	{ batches, afterwards = [], later = [] }: Story,
	{ identity: rules }: Workspace,
	{ vault }: Pass,
): Map<SeedId, string> {
	const identifiers = [...batches, ...afterwards, ...later.flatMap((one) => one.batches ?? [])]
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

async function quarantinedBy(pass: Pass, { now }: Clock) {
	const { events } = await pass.quarantine.list(now().toISOString().slice(0, 10));
	return events.map(({ event: { messageId }, reason }) => ({ messageId, reason }));
}
