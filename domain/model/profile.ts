import type { Identifier, ProfileId, SeedId } from "./identifier.ts";
import type { Json } from "./json.ts";

/** One trait as a fragment keeps it: the value and where it came from. `null` is a tombstone: the trait was unset. */
export type TraitValue = {
	readonly value: Json;
	/** Event time, ISO 8601 UTC. The later one wins; on a tie the greater messageId. */
	readonly at: string;
	readonly messageId: string;
	readonly source: string;
};

/**
 * The state of one condition of a segment, in additive buckets: UTC day (days since 1970) → how often it was met.
 * Keyed by the hash of the condition's meaning, so segments that share a condition share the count.
 */
export type LeafState = { readonly [leafKey: string]: { readonly [day: string]: number } };

/**
 * What is known through ONE identifier. An event writes only to the fragment of its strongest identifier; a profile is
 * a fold over the fragments of its cluster. Fragments never move: that makes an un-merge exact.
 */
export type Fragment = {
	readonly seedId: SeedId;
	/** Grows by one with each write; the condition of the next one. 0 when it was never written. */
	readonly version: number;
	readonly traits: { readonly [name: string]: TraitValue };
	readonly leaves: LeafState;
	/** Events folded in, duplicates not counted. */
	readonly eventCount: number;
	readonly firstSeen: string;
	readonly lastSeen: string;
	/** Hashes of the last messageIds by hour of processing (hours since 1970): the last 24 h, at most 512. */
	readonly ring: { readonly [hour: string]: string };
};

/** An identifier as a profile shows it. */
export type KnownIdentifier = Identifier & {
	readonly firstSeen: string;
	readonly lastSeen: string;
	readonly sources: readonly string[];
};

/** A person, folded from the fragments of one cluster. */
export type Profile = {
	readonly profileId: ProfileId;
	/** Every other seed id that resolves to this profile, sorted. */
	readonly aliases: readonly SeedId[];
	readonly identifiers: readonly KnownIdentifier[];
	readonly traits: { readonly [name: string]: TraitValue };
	readonly leaves: LeafState;
	readonly eventCount: number;
	readonly firstSeen: string;
	readonly lastSeen: string;
};
