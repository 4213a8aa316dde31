import type { ItemKey } from "./item-store.ts";

/**
 * The key of every item in the table, in one place (DESIGN 6, FIELD C3.5). Seed ids are keyed hashes of identifiers, so
 * no key says anything about a person.
 *
 * | pk | sk | holds | written |
 * |---|---|---|---|
 * | `N#<seedId>` | `NODE` | an identifier: namespace, sealed value, first and last seen, sources, the cluster it was first linked in | when it is new or linked, seen earlier, then daily at most |
 * | `N#<seedId>` | `E#<seedId>` | evidence: these two were seen together (both directions) | a new edge, or an earlier time |
 * | `C#<profileId>` | `META` | cluster: version, members (500 at most, so that a profile is read without a query), root, unique values, contested, saturated, merged into, moved, unsettled | new evidence only |
 * | `C#<profileId>` | `J#<time>#<id>` | journal: what was merged or split, why | each structural change |
 * | `C#<profileId>` | `SEG#<segmentId>` | membership | each transition |
 * | `F#<seedId>` | `T` | fragment: traits, leaf state, ring, version | each coalesced write; the hot item |
 * | `V#<profileId>` | `VIEW` | folded profile for reads | not yet: profiles are folded when they are read |
 * | `SEG#<segmentId>#<shard>` | `<profileId>` | a member, for listing | each transition |
 * | `SEGM#<segmentId>` | `META` | the version the last recompute covered, the size it found, when it began | each recompute |
 * | `SEGM` | `RUN` | how far the recompute under way is, and who has it till when | each slice of people |
 * | `DEF#<kind>` | `<id>` | a definition in force | apply |
 * | `DEF#<kind>#<id>` | `V#<version>` | each version kept, with who and when | apply |
 * | `DEF` | `HEAD` | a number that grows with every apply; how far the counts are that segments look at | apply, recompute |
 * | `DLV#<deliveryId>` | `LOG` | a delivery: state, attempts, last answer (TTL) | each attempt |
 * | `DLVS#<destinationId>` | `<time>#<deliveryId>` | the same, for listing (TTL) | once |
 * | `X#<messageId>` | `DLV#<deliveryId>` | a delivery an event caused, for its trace (TTL) | once |
 * | `QUA#<day>` | `<time>#<messageId>` | a quarantined event and its reason | once |
 * | `OUT#<id>` | `ROW` | outbox: an entry for the bus (TTL) | with the change it tells of |
 */
export const keys = {
	node: (seedId: string): ItemKey => ({ pk: `N#${seedId}`, sk: "NODE" }),
	edge: (from: string, to: string): ItemKey => ({ pk: `N#${from}`, sk: `E#${to}` }),
	cluster: (profileId: string): ItemKey => ({ pk: `C#${profileId}`, sk: "META" }),
	journal: (profileId: string, at: string, id: string): ItemKey => ({ pk: `C#${profileId}`, sk: `J#${at}#${id}` }),
	membership: (profileId: string, segmentId: string): ItemKey => ({ pk: `C#${profileId}`, sk: `SEG#${segmentId}` }),
	fragment: (seedId: string): ItemKey => ({ pk: `F#${seedId}`, sk: "T" }),
	view: (profileId: string): ItemKey => ({ pk: `V#${profileId}`, sk: "VIEW" }),
	/** Sixteen shards by the last digit of the profile id, so that a big segment is not one hot partition. */
	segmentMember: (segmentId: string, profileId: string): ItemKey => ({
		pk: `SEG#${segmentId}#${profileId.slice(-1)}`,
		sk: profileId,
	}),
	segment: (segmentId: string): ItemKey => ({ pk: `SEGM#${segmentId}`, sk: "META" }),
	recompute: (): ItemKey => ({ pk: "SEGM", sk: "RUN" }),
	definition: (kind: string, id: string): ItemKey => ({ pk: `DEF#${kind}`, sk: id }),
	definitionVersion: (kind: string, id: string, version: number): ItemKey => ({
		pk: `DEF#${kind}#${id}`,
		sk: `V#${String(version).padStart(8, "0")}`,
	}),
	definitionsHead: (): ItemKey => ({ pk: "DEF", sk: "HEAD" }),
	delivery: (deliveryId: string): ItemKey => ({ pk: `DLV#${deliveryId}`, sk: "LOG" }),
	deliveryListing: (destinationId: string, at: string, deliveryId: string): ItemKey => ({
		pk: `DLVS#${destinationId}`,
		sk: `${at}#${deliveryId}`,
	}),
	deliveryOfMessage: (messageId: string, deliveryId: string): ItemKey => ({
		pk: `X#${messageId}`,
		sk: `DLV#${deliveryId}`,
	}),
	quarantined: (day: string, at: string, messageId: string): ItemKey => ({
		pk: `QUA#${day}`,
		sk: `${at}#${messageId}`,
	}),
	outbox: (id: string): ItemKey => ({ pk: `OUT#${id}`, sk: "ROW" }),
} as const;

export const SEGMENT_SHARDS = Array.from("0123456789abcdef");
