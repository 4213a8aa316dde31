import type { Normaliser } from "#contracts/definitions/identity.ts";

/**
 * What points at a person. A namespace is the kind of identifier (`user_id`, `email`, `anonymous_id`); the value is
 * normalised already: two identifiers are the same when both strings are.
 */
export type Identifier = { readonly namespace: string; readonly value: string };

/**
 * The id every identifier has from birth: a UUID made of it by a keyed hash, so it is a pure function of the
 * identifier, needs no look-up, and gives nothing away. It keys the identifier's node and its fragment, and it is the
 * profile id of a person whose strongest identifier this is. Every seed id stays a valid alias for ever.
 */
export type SeedId = string & { readonly __brand: "SeedId" };

/** An identifier with its seed id, and how its value was spelled where that is known. */
export type SeededIdentifier = Identifier & { readonly id: SeedId; readonly normaliser?: Normaliser };

/** The canonical seed id of a cluster: what the outside calls `profileId`. It forwards for ever after a merge. */
export type ProfileId = SeedId;

/**
 * Guards what identifiers say. The hash is keyed (HMAC), so keys and archive rows cannot be guessed back into e-mail
 * addresses; `seal` and `open` encrypt the value that is stored beside the hash.
 */
export interface IdentifierVault {
	seedId(identifier: Identifier): SeedId;
	/** Encrypts a value for storage. */
	seal(value: string): string;
	/** The inverse of `seal`. Throws when the text was not sealed with this vault's key. */
	open(sealed: string): string;
}
