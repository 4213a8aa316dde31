import { readdirSync, readFileSync } from "node:fs";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";

/** Events, batch by batch. Of an event only what the story is about; the rest is what the collector would put. */
export type Batches = readonly (readonly (Partial<CollectedEvent> &
	Pick<CollectedEvent, "messageId" | "type" | "timestamp"> & {
		/** @default web */
		readonly source?: string;
	})[])[];

/** What a person decides: asked over HTTP, or the change undone that an event made of the profile an identifier leads to. */
type Decision =
	| { readonly ask: string; readonly with: object }
	| { readonly undoChangeOf: string; readonly by: string; readonly reason: string };

/** Until when time passes, with nothing happening but what time does; which uploads are in force then, and what comes in. */
export type Later = {
	readonly at: string;
	readonly lists?: { readonly [list: string]: number };
	readonly batches?: Batches;
};

/** What comes in, what people then decide, what comes in afterwards, and how it goes on. */
export type Story = {
	readonly story: string;
	/** When it is told: the clock stands still, but for what is later. @default noon of 31 January 2026 */
	readonly at?: string;
	readonly identity?: IdentityRules;
	readonly segments?: readonly object[];
	readonly traits?: readonly object[];
	readonly lists?: Later["lists"];
	readonly batches: Batches;
	readonly decisions?: readonly Decision[];
	readonly afterwards?: Batches;
	readonly later?: readonly Later[];
};

const here = import.meta.dirname;
/** The folders with a story in them. */
export const STORIES = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
export const readStory = (name: string): Story => JSON.parse(readFileSync(`${here}/${name}/given.json`, "utf8"));

/** What somebody said of two identifiers, or of one, as a request of the admin API says it. */
export type Said = Extract<Decision, { readonly ask: string }>;

/**
 * The same story with everything that comes in in the opposite order, as far as the clock lets it. What people decided is
 * `said` as what it was in the story as it is told: to undo a change means another thing where other changes were made.
 */
export const backwards = (story: Story, said: readonly Said[]): Story => ({
	...story,
	...(story.decisions && { decisions: said.toReversed() }),
	batches: reversed(story.batches),
	...(story.afterwards && { afterwards: reversed(story.afterwards) }),
	...(story.later && {
		later: story.later.map((one) => ({ ...one, ...(one.batches && { batches: reversed(one.batches) }) })),
	}),
});

const reversed = (batches: Batches): Batches => batches.toReversed().map((batch) => batch.toReversed());
