import { normalise } from "#domain/model/event-identifiers.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";

const SEED_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REFERENCE = /^(?<namespace>[a-z][a-z0-9_]{0,63}):(?<value>.+)$/s;

/**
 * The seed id that `namespace:value` stands for, or `profile:<id>` names. Any identifier and any id ever given out leads
 * to its profile. Undefined for what cannot be one.
 */
export function seedIdOf(reference: string, vault: Pick<IdentifierVault, "seedId">): SeedId | undefined {
	const { namespace, value } = REFERENCE.exec(reference)?.groups ?? {};
	if (namespace === undefined || value === undefined) return undefined;
	if (namespace === "profile") return isSeedId(value) ? value : undefined;
	const normal = normalise(namespace, value);
	return normal === undefined ? undefined : vault.seedId({ namespace, value: normal });
}

/** Whether a text is shaped as our ids are, so that it may stand in SQL. */
export const isSeedId = (text: string): text is SeedId => SEED_ID.test(text);
