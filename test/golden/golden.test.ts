import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import { segment } from "#contracts/definitions/segment.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { anEnvelope, aPass, aWorkspace, type Pass } from "../functions/unify/pass.ts";

/** What comes in, batch by batch. Of an event only what the story is about; the rest is what the collector would put. */
type Story = {
	readonly story: string;
	readonly identity?: IdentityRules;
	readonly segments?: readonly object[];
	readonly batches: readonly (readonly (Partial<CollectedEvent> &
		Pick<CollectedEvent, "messageId" | "type" | "timestamp">)[])[];
};

const phones = phoneNumbers();
const here = import.meta.dirname;
const stories = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const read = (name: string): Story => JSON.parse(readFileSync(`${here}/${name}/given.json`, "utf8"));

const collected = (event: Story["batches"][number][number]): CollectedEvent => ({
	context: {},
	originalTimestamp: event.timestamp,
	sentAt: event.timestamp,
	receivedAt: event.timestamp,
	...event,
});

const workspaceOf = ({ identity = DEFAULT_IDENTITY, segments = [] }: Story): Workspace =>
	aWorkspace({
		identity,
		segments: segments.map((one) => ({ ...segment.parse(one), version: 1, appliedAt: "2026-01-01T00:00:00.000Z" })),
	});

/** Tells a story to the pass, and what there is to see afterwards, with identifiers in clear where the pass has ids. */
async function tell(story: Story, batches: Story["batches"]) {
	const workspace = workspaceOf(story);
	const pass = aPass({ workspace });
	try {
		for (const batch of batches) expect(await pass.take(anEnvelope(batch.map(collected), "web", "b"))).toEqual([]);
		const named = namesIn(story, workspace, pass);
		return {
			people: await peopleIn(pass, named),
			told: toldBy(pass, named),
			quarantined: await quarantinedBy(pass, story),
		};
	} finally {
		pass.close();
	}
}

/** The clear name of each seed id in a story: `user_id:ada`. */
function namesIn({ batches }: Story, { identity: rules }: Workspace, { vault }: Pass): Map<SeedId, string> {
	const identifiers = batches
		.flat()
		.flatMap((event) => identifiersOf(collected(event), { rules, vault, phones }).identifiers);
	return new Map(identifiers.map((one) => [one.id, `${one.namespace}:${one.value}`]));
}

async function peopleIn(pass: Pass, named: Map<SeedId, string>) {
	const profiles = await Promise.all([...named.keys()].map((id) => pass.profileOf(id)));
	const people = new Map(profiles.flatMap((profile) => (profile ? [[profile.profileId, profile] as const] : [])));
	const told = await Promise.all(
		[...people.values()].map(async ({ profileId, aliases, leaves: _, ...profile }) => ({
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

/** What the bus hears, with names for ids. */
function toldBy(pass: Pass, named: Map<SeedId, string>) {
	const clear = (text: string) => [...named].reduce((said, [id, name]) => said.replaceAll(id, name), text);
	return [...pass.outbox(), ...pass.told].map(({ detailType, detail }) => ({
		detailType,
		detail: JSON.parse(clear(JSON.stringify(detail))),
	}));
}

async function quarantinedBy(pass: Pass, { batches }: Story) {
	const days = new Set(batches.flat().map(({ timestamp }) => timestamp.slice(0, 10)));
	const pages = await Promise.all([...days].map((day) => pass.quarantine.list(day)));
	return pages.flatMap(({ events }) => events.map(({ event: { messageId }, reason }) => ({ messageId, reason })));
}

describe.each(stories)("$name", ({ name }) => {
	const story = read(name);

	it(`ends as written down: ${story.story}`, async () => {
		const ended = await tell(story, story.batches);
		await expect(`${JSON.stringify(ended, null, 2)}\n`).toMatchFileSnapshot(`${name}/expected.json`);
	});

	it("ends with the same people when everything comes in the opposite order", async () => {
		const backwards = story.batches.toReversed().map((batch) => batch.toReversed());
		expect((await tell(story, backwards)).people).toEqual((await tell(story, story.batches)).people);
	});
});
