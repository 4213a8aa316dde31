import type { Computation, Strategy } from "#contracts/definitions/trait.ts";
import type { Identifier, ProfileId, SeedId } from "./identifier.ts";
import type { Json } from "./json.ts";

/** One value that was said of a trait, and where it came from. `null` is a tombstone: the trait was unset. */
export type TraitValue = {
	readonly value: Json;
	/** Event time, ISO 8601 UTC. The later one wins; on a tie the greater messageId. */
	readonly at: string;
	readonly messageId: string;
	readonly source: string;
	/** The event said that the person says so: it outranks all that is inferred. */
	readonly declared?: true;
};

/** By which definition, in which version, a trait shows the value it does; none and 0 where nobody defined it. */
export type TraitRule = { readonly definition: string | null; readonly version: number } & (
	| { readonly strategy: Strategy }
	| { readonly compute: Computation }
);

/** A trait as a profile shows it. */
export type KnownTrait = {
	readonly value: Json;
	/** Where it came from: the event that said it, or that computed it last; absent where many did together. */
	readonly at?: string;
	readonly messageId?: string;
	readonly source?: string;
	readonly declared?: true;
	/** Too many different values were seen to count each: the number is near the truth. */
	readonly estimated?: true;
	/** Absent where the last value said stands because nothing else was defined. */
	readonly rule?: TraitRule;
};

/** A moment of an event, and what stood in it. */
export type Moment = Omit<TraitValue, "value" | "declared"> & { readonly value?: string | number | boolean };

/**
 * What events of one stretch of time add up to. Two of them join field by field: numbers and tables add up, `min`, `max`,
 * `first` and `last` are what they say; so neither order nor grouping means anything.
 */
export type Bucket = {
	/** How many events. */
	readonly n?: number;
	/** A decimal number as text, exact. */
	readonly sum?: string;
	readonly min?: number;
	readonly max?: number;
	readonly first?: Moment;
	readonly last?: Moment;
	/** Each saying of a trait: when (ms since 1970), and 1 where it was as asked. */
	readonly said?: readonly (readonly [at: number, isMet: 0 | 1])[];
	/** Each event that is a step of a sequence: when (ms), which steps it is (bit 0 is the first), its key. */
	readonly steps?: readonly (readonly [at: number, steps: number, key?: string])[];
	/** The numbers of the uploads of a list that named the person, least first: the latest 8. */
	readonly uploads?: readonly number[];
	/** How often each value was seen; the keys are texts with `$` before them, or numbers, `true` and `false` as JSON writes them. */
	readonly values?: { readonly [value: string]: number };
};

/**
 * What is kept of events for segments and computed traits: measure → number of the stretch of time → what events in it add
 * up to. A measure is named by the hash of what it means, so that all who look at the same share it.
 */
export type MeasureState = { readonly [measure: string]: { readonly [bucket: string]: Bucket } };

/**
 * What is known through ONE identifier. An event writes only to the fragment of its strongest identifier; a profile is
 * a fold over the fragments of its cluster. Fragments never move: that makes an un-merge exact.
 */
export type Fragment = {
	readonly seedId: SeedId;
	/** Grows by one with each write; the condition of the next one. 0 when it was never written. */
	readonly version: number;
	/** What was said of each trait, as far as it may still matter: few values each, one mostly. */
	readonly traits: { readonly [name: string]: readonly TraitValue[] };
	/** @default nothing is measured */
	readonly measures?: MeasureState;
	/** Events folded in, neither duplicates nor those that came more than a day before. */
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
	/** Without those that were unset. */
	readonly traits: { readonly [name: string]: KnownTrait };
	/** What is kept of events, of all fragments together and with what was filled in. @default nothing is measured */
	readonly measures?: MeasureState;
	readonly eventCount: number;
	readonly firstSeen: string;
	readonly lastSeen: string;
};
