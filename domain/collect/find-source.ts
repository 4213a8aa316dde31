import type { Source } from "#contracts/definitions/source.ts";
import { hashInKey } from "#domain/model/write-key.ts";

/** How keys are compared: as digests of one length, in a time that does not depend on where they differ. */
export type KeyCheck = {
	readonly digest: (key: string) => Uint8Array;
	/** A digest out of its base64url: of a secret key a definition in force holds nothing else. */
	readonly read: (base64url: string) => Uint8Array;
	/** Takes the same time for any two digests of one length. */
	readonly equal: (a: Uint8Array, b: Uint8Array) => boolean;
};

/** The sources with the digests of their write keys, worked out once for a workspace. */
export type KeyRing<S extends Source = Source> = readonly { readonly source: S; readonly digest: Uint8Array }[];

export const keyRing = <S extends Source>(sources: readonly S[], { digest, read }: KeyCheck): KeyRing<S> =>
	sources.map((source) => {
		const hash = hashInKey(source.key.writeKey);
		return { source, digest: hash === undefined ? digest(source.key.writeKey) : read(hash) };
	});

/** The source a write key belongs to. Looks at all of them whichever it is, so the time it takes tells nothing of the key. */
export function findSource<S extends Source>(ring: KeyRing<S>, key: string, check: KeyCheck): S | undefined {
	const given = check.digest(key);
	let found: S | undefined;
	for (const { source, digest } of ring) {
		if (check.equal(digest, given)) found ??= source;
	}
	return found;
}
