/** How a write key that is kept as its hash begins. What follows is the SHA-256 of the key in base64url. */
const HASHED = "sha256:";

/** The hash, in base64url, that a definition holds in the place of a key; undefined when it holds the key itself. */
export const hashInKey = (writeKey: string): string | undefined =>
	isHashedKey(writeKey) ? writeKey.slice(HASHED.length) : undefined;

/** Whether a definition holds the hash of a key and not the key itself. */
const isHashedKey = (writeKey: string): boolean => writeKey.startsWith(HASHED);

/**
 * A write key as its hash, which is what is kept of a secret one. To know whether a key that was given is the one that
 * is kept, hash what was given and compare with this, in constant time; never compare the given text itself, or the
 * hash would do as a key. `hash` is SHA-256 in base64url.
 */
export const hashedKey = (writeKey: string, hash: (text: string) => string): string =>
	isHashedKey(writeKey) ? writeKey : `${HASHED}${hash(writeKey)}`;
