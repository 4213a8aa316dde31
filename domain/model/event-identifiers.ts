import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { isBlocked } from "./blocked-values.ts";
import type { CollectedEvent } from "./event.ts";
import type { Identifier } from "./identifier.ts";
import type { Json } from "./json.ts";

/** Longer values are no identifiers but mistakes (a whole document as user id); an e-mail has 254 at most (RFC 5321). */
const MAX_LENGTH = 512;

const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Where an event carries an identifier of each namespace. One value each: the first that is there. */
const SOURCES: { readonly [namespace: string]: (event: CollectedEvent) => Json | undefined } = {
	user_id: (event) => event.userId,
	// A group's traits are the account's: its e-mail is nobody's.
	email: (event) => (event.type === "identify" ? event.traits?.email : undefined) ?? contextTraits(event)?.email,
	anonymous_id: (event) => event.anonymousId,
};

/**
 * The identifiers an event carries, strongest first, in the order of the identity rules; blocked values are left out.
 * A pure function of the event and the rules: the first one's seed id stands in the event's archive row.
 * Empty when nothing in the event points at a person.
 */
export function identifiersOf(event: CollectedEvent, rules: IdentityRules): Identifier[] {
	return rules.identifiers.flatMap(({ namespace, blocked }) => {
		const value = normalise(namespace, SOURCES[namespace]?.(event));
		return value === undefined || isBlocked(namespace, value, blocked) ? [] : [{ namespace, value }];
	});
}

/**
 * The one spelling of an identifier's value, for events and for whoever asks by it: without surrounding blanks; an
 * e-mail in lower case. Undefined for what cannot be an identifier of this namespace.
 */
export function normalise(namespace: string, raw: Json | undefined): string | undefined {
	if (typeof raw !== "string") return undefined;
	const value = namespace === "email" ? raw.trim().toLowerCase() : raw.trim();
	if (value === "" || value.length > MAX_LENGTH) return undefined;
	return namespace === "email" && !EMAIL.test(value) ? undefined : value;
}

function contextTraits({ context }: CollectedEvent): { readonly [name: string]: Json } | undefined {
	const { traits } = context;
	return isObject(traits) ? traits : undefined;
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
	typeof value === "object" && value !== null && !Array.isArray(value);
