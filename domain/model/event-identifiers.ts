import type { IdentityRules, Normaliser } from "#contracts/definitions/identity.ts";
import { isBlocked } from "./blocked-values.ts";
import type { CollectedEvent } from "./event.ts";
import { type Find, findsOf, namespaceOfPrevious, type Places, PREVIOUS_ID, placesOf } from "./event-places.ts";
import type { IdentifierVault, SeededIdentifier, SeedId } from "./identifier.ts";
import { type Fault, MAX_LENGTH, normalise, normaliserOf } from "./normalise.ts";
import { countryOf, type PhoneNumbers } from "./phone-numbers.ts";
import { sliced, sliceOf } from "./time-slice.ts";
import type { Violation } from "./violation.ts";

/** Identifiers of one event that are used; SDKs send two to five. The event's row and star stay small whatever is sent. */
const MAX_IDENTIFIERS = 20;

/** What an event's identifiers depend on beside the event. */
export type Identifying = {
	readonly rules: IdentityRules;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly phones: PhoneNumbers;
	/** Identifiers that a person blocked: they point at nobody from then on. @default none */
	readonly blockedSeeds?: ReadonlySet<SeedId>;
};

/** Strongest first; and what stood where identifiers are and is none, or is one too many. */
export type FoundIdentifiers = {
	readonly identifiers: readonly SeededIdentifier[];
	readonly violations: readonly Violation[];
};

/**
 * The identifiers an event carries, strongest first, in the order of the identity rules; of one namespace in the order of
 * `findsOf`. Blocked values are left out. A pure function of the event, the rules and the blocked list: the first one's
 * seed id stands in the event's archive row. None when nothing in the event points at a person.
 */
export function identifiersOf(event: CollectedEvent, identifying: Identifying): FoundIdentifiers {
	const identifiers = new Map<SeedId, SeededIdentifier>();
	const isVain = isAliasToItself(event, identifying.rules);
	const violations: Violation[] = isVain ? [ALIAS_TO_ITSELF] : [];
	for (const { kind, find } of findsIn(event, identifying.rules)) {
		if (isVain && find.path === PREVIOUS_ID) continue;
		const read = readOne(find, { kind, event, identifying });
		if (read === undefined) continue;
		if ("fault" in read) violations.push(violationOf(read.fault, find.path));
		else if (!identifiers.has(read.id)) identifiers.set(read.id, read);
	}
	if (identifiers.size > MAX_IDENTIFIERS) violations.unshift(tooMany(identifiers.size));
	return {
		identifiers: [...identifiers.values()].slice(0, MAX_IDENTIFIERS),
		violations: violations.slice(0, MAX_IDENTIFIERS), // a sender who repeats one mistake is told often enough
	};
}

/** What the rules say of one namespace, ready to be asked for each event. */
type Kind = {
	readonly namespace: string;
	readonly places: Places;
	readonly normaliser: Normaliser;
	readonly blocked: readonly string[];
	readonly isSliced: boolean;
};

/** Rules are the same object until they change, and are asked for every event. */
const kindsByRules = new WeakMap<IdentityRules, readonly Kind[]>();

function kindsOf(rules: IdentityRules): readonly Kind[] {
	const known = kindsByRules.get(rules);
	if (known) return known;
	const kinds = rules.identifiers.map((type) => ({
		namespace: type.namespace,
		places: placesOf(type, rules),
		normaliser: normaliserOf(type.namespace, rules),
		blocked: type.blocked,
		isSliced: type.onShared === "time_sliced",
	}));
	kindsByRules.set(rules, kinds);
	return kinds;
}

const findsIn = (event: CollectedEvent, rules: IdentityRules) =>
	kindsOf(rules).flatMap((kind) => findsOf(event, kind.namespace, kind.places).map((find) => ({ kind, find })));

type Place = { readonly kind: Kind; readonly event: CollectedEvent; readonly identifying: Identifying };

/** Undefined for what stands for nobody. */
function readOne(
	{ raw }: Find,
	{ kind, event, identifying }: Place,
): SeededIdentifier | { readonly fault: Fault } | undefined {
	const { namespace, normaliser } = kind;
	const { rules, vault, phones, blockedSeeds } = identifying;
	const isPhone = normaliser === "phone@v1";
	const country = isPhone ? (countryOf(event) ?? rules.defaultCountry) : undefined;
	const spelling = normalise(raw, normaliser, { phones, country });
	if (!spelling) return undefined;
	// an empty field's "null" is no mistake of the person's, and nothing to report
	if ("fault" in spelling) return typeof raw === "string" && isBlocked(namespace, raw, []) ? undefined : spelling;
	if (isBlocked(namespace, spelling.value, kind.blocked)) return undefined;
	const value = kind.isSliced ? sliced(spelling.value, sliceOf(event)) : spelling.value;
	const id = vault.seedId({ namespace, value });
	return blockedSeeds?.has(id) ? undefined : { namespace, value, normaliser, id };
}

/** An alias whose two ids are one, by whichever field the new one came: it would say of somebody that he is himself. */
function isAliasToItself({ type, previousId, userId, anonymousId }: CollectedEvent, rules: IdentityRules): boolean {
	if (type !== "alias" || previousId === undefined) return false;
	const previous = previousId.trim();
	return previous === (userId?.trim() ?? (namespaceOfPrevious(rules) === "anonymous_id" && anonymousId?.trim()));
}

const ALIAS_TO_ITSELF: Violation = {
	kind: "alias_to_itself",
	path: PREVIOUS_ID,
	description: "the previous id is the id it is to become: this says nothing",
	outcome: "omitted",
};

const DESCRIPTIONS: { readonly [F in Fault]: string } = {
	identifier_too_long: `an identifier has at most ${MAX_LENGTH} characters`,
	not_an_identifier: "an identifier is a text or a whole number",
	not_an_email: "this is no e-mail address",
	not_a_phone_number: "this is no telephone number, or of a country that neither it nor the event says",
};

const violationOf = (kind: Fault, path: string): Violation => ({
	kind,
	path,
	description: DESCRIPTIONS[kind],
	outcome: "omitted",
});

const tooMany = (found: number): Violation => ({
	kind: "too_many_identifiers",
	path: "context.externalIds",
	description: `an event has at most ${MAX_IDENTIFIERS} identifiers, this one ${found}: the strongest were kept`,
	outcome: "omitted",
});
