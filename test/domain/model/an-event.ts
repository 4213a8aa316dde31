import { DEFAULT_IDENTITY, type IdentityRules, identity } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { type Identifying, identifiersOf } from "#domain/model/event-identifiers.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { clearVault, phones } from "#test/support/phones.ts";

/** An identify that says nothing yet. */
export const event = (fields: Partial<CollectedEvent>): CollectedEvent => ({
	messageId: "m-1",
	type: "identify",
	context: {},
	...happenedAt("2026-01-31T23:59:59.999Z"),
	...fields,
});

/** Rules as a workspace has them, from what is not the default in them. */
export const rulesOf = (...identifiers: readonly object[]): IdentityRules =>
	identity.parse({ id: "identity", identifiers });

/** What an event's identifiers are made of, in clear. */
export const identifying = (over: Partial<Identifying> = {}): Identifying => ({
	rules: DEFAULT_IDENTITY,
	vault: clearVault,
	phones,
	...over,
});

/** The identifiers of an event as `namespace:value`, strongest first. */
export const said = (fields: Partial<CollectedEvent>, rules = DEFAULT_IDENTITY): string[] =>
	identifiersOf(event(fields), identifying({ rules })).identifiers.map(({ id }) => id);

/** What in an event is reported: the way to it, and why. */
export const reported = (fields: Partial<CollectedEvent>, rules = DEFAULT_IDENTITY): string[] =>
	identifiersOf(event(fields), identifying({ rules })).violations.map(({ path, kind }) => `${path}: ${kind}`);
