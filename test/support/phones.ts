import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { Identifier, SeedId } from "#domain/model/identifier.ts";

/** Telephone numbers by the real rules. */
export const phones = phoneNumbers();

/** A vault that hides nothing: `email:ada@example.org` is the seed id of that e-mail. */
export const clearVault = {
	seedId: ({ namespace, value }: Identifier): SeedId => `${namespace}:${value}` as SeedId,
};
