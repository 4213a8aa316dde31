import type { SourcedEvent } from "#domain/model/event.ts";
import { type Identifying, identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeededIdentifier } from "#domain/model/identifier.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import type { Violation } from "#domain/model/violation.ts";
import { type Account, accountOf } from "./accounts.ts";

/** An event ready for its profile: times as they compare, traits that fit, identifiers strongest first (one at least). */
export type Standardised =
	| {
			readonly kind: "ready";
			readonly event: SourcedEvent;
			readonly identifiers: readonly [SeededIdentifier, ...SeededIdentifier[]];
			/** The account that a group call puts its sender into. */
			readonly account?: Account;
			readonly violations: readonly Violation[];
	  }
	| { readonly kind: "quarantined"; readonly reason: "invalid_timestamp" | "no_usable_identifier" };

/** A trait's value as JSON, and its name: with the limit of their number, what keeps a fragment under the store's 400 KB. */
const MAX_VALUE_BYTES = 1024;
const MAX_NAME_LENGTH = 128;

/** A UTF-16 unit makes three bytes of UTF-8 at most. */
const SURELY_SHORT = Math.floor(MAX_VALUE_BYTES / 3) - 2;

/** The same event and rules give the same answer, whoever asks and when. */
export function standardiseEvent(event: SourcedEvent, identifying: Identifying): Standardised {
	const timestamp = canonicalTime(event.timestamp);
	if (timestamp === undefined) return { kind: "quarantined", reason: "invalid_timestamp" };
	const found = identifiersOf(event, identifying);
	const [strongest, ...others] = found.identifiers;
	if (!strongest) return { kind: "quarantined", reason: "no_usable_identifier" };
	const { account, violations } = accountOf(event, identifying);
	const fit = fitting({ ...event, ...traitsOf(event), timestamp });
	return {
		kind: "ready",
		identifiers: [strongest, ...others],
		event: fit.event,
		...(account && { account }),
		violations: [...found.violations, ...violations, ...fit.violations],
	};
}

/**
 * RudderStack's SDKs say in `context.traits` what Segment's say in `traits`. What an identify says itself comes first:
 * Segment's SDKs for phones keep in the context all they ever said, and to take that for news would overwrite newer facts.
 */
function traitsOf({ type, traits, context }: SourcedEvent): { readonly traits?: JsonObject } {
	const said = type === "identify" && Object.keys(traits ?? {}).length === 0 ? context.traits : undefined;
	return isObject(said) ? { traits: said } : {};
}

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** ISO 8601 in UTC with milliseconds and a year of four digits: then text compares as time does. */
function canonicalTime(text: string): string | undefined {
	const moment = new Date(text);
	if (Number.isNaN(moment.getTime())) return undefined;
	const iso = moment.toISOString();
	return iso.length === "2026-01-01T00:00:00.000Z".length ? iso : undefined;
}

/** The event without traits that are too large to be kept with the profile. The archive has them all the same. */
function fitting(event: SourcedEvent): { event: SourcedEvent; violations: readonly Violation[] } {
	const traits: JsonObject = ((event.type === "identify" || event.type === "group") && event.traits) || {};
	const large = Object.keys(traits).filter((name) => name.length > MAX_NAME_LENGTH || isLarge(traits[name] ?? null));
	if (large.length === 0) return { event, violations: [] };
	const kept = Object.entries(traits).filter(([name]) => !large.includes(name));
	return {
		event: { ...event, traits: Object.fromEntries(kept) },
		violations: large.map((name) => ({
			kind: "trait_too_large",
			path: `traits.${name.slice(0, MAX_NAME_LENGTH)}`,
			description: `a trait's name has at most ${MAX_NAME_LENGTH} characters, its value ${MAX_VALUE_BYTES} bytes as JSON`,
			outcome: "omitted",
		})),
	};
}

function isLarge(value: Json): boolean {
	if (value === null || typeof value === "number" || typeof value === "boolean") return false;
	const text = JSON.stringify(value);
	return text.length > SURELY_SHORT && new TextEncoder().encode(text).length > MAX_VALUE_BYTES;
}
