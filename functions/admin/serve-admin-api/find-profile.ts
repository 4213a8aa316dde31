import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { IdentifierVault, SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import { normalise, normaliserOf } from "#domain/model/normalise.ts";
import { sliced, unslice } from "#domain/model/time-slice.ts";

const SEED_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REFERENCE = /^(?<namespace>[a-z][a-z0-9_]{0,63}):(?<value>.+)$/s;

const phones = phoneNumbers();

/**
 * The seed id that `namespace:value` stands for, or `profile:<id>` names. Any identifier and any id ever given out leads
 * to its profile. The value may be spelled in any way that events may spell it. Undefined for what cannot be one.
 */
export function seedIdOf(
	reference: string,
	vault: Pick<IdentifierVault, "seedId">,
	rules: IdentityRules,
): SeedId | undefined {
	const { namespace, value } = REFERENCE.exec(reference)?.groups ?? {};
	if (namespace === "profile") return value !== undefined && isSeedId(value) ? value : undefined;
	return identifierIn(reference, vault, rules)?.id;
}

/** The identifier that `namespace:value` stands for, spelled as events spell it. Undefined for what cannot be one. */
export function identifierIn(
	reference: string,
	vault: Pick<IdentifierVault, "seedId">,
	rules: IdentityRules,
): SeededIdentifier | undefined {
	const { namespace, value: raw } = REFERENCE.exec(reference)?.groups ?? {};
	if (namespace === undefined || raw === undefined || namespace === "profile") return undefined;
	const { value: bare, slice } = isSliced(namespace, rules) ? unslice(raw) : { value: raw };
	const normaliser = normaliserOf(namespace, rules);
	const spelling = normalise(bare, normaliser, { phones, country: rules.defaultCountry });
	if (!spelling || "fault" in spelling) return undefined;
	const value = slice === undefined ? spelling.value : sliced(spelling.value, slice);
	return { namespace, value, normaliser, id: vault.seedId({ namespace, value }) };
}

/**
 * What to say when nobody has an identifier: of one that is cut into slices of time, how to ask for a slice, since the
 * whole of it is nobody's.
 */
export function nobodyHas(reference: string, rules: IdentityRules): string {
	const nobody = "No profile has this identifier.";
	const { namespace, value } = REFERENCE.exec(reference)?.groups ?? {};
	if (namespace === undefined || value === undefined || !isSliced(namespace, rules)) return nobody;
	if (unslice(value).slice !== undefined) return nobody;
	return `${nobody} The identity rules cut ${namespace} into slices of time (onShared: time_sliced): ask for one, by its session or its day (UTC), as in ${namespace}:<value>|1767225600000 or ${namespace}:<value>|2026-01-31.`;
}

/** Whether a text is shaped as our ids are, so that it may stand in SQL. */
export const isSeedId = (text: string): text is SeedId => SEED_ID.test(text);

const isSliced = (namespace: string, { identifiers }: IdentityRules): boolean =>
	identifiers.some((type) => type.namespace === namespace && type.onShared === "time_sliced");
