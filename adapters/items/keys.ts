import type { ItemKey } from "./item-store.ts";

const HOUR_MS = 60 * 60 * 1000;

/**
 * The key of every item in the table, in one place (DESIGN 6, FIELD C3.5). Seed ids are keyed hashes of identifiers, so
 * no key says anything about a person.
 *
 * | pk | sk | holds | written |
 * |---|---|---|---|
 * | `N#<seedId>` | `NODE` | an identifier: namespace, sealed value, first and last seen, sources, the cluster it was first linked in, with how many others it was seen, whether it is a hub, shared, or blocked by a person | when it is new or linked, seen earlier, then daily at most |
 * | `N#<seedId>` | `E#<seedId>` | evidence: these two were seen together, and what a person says of it (both directions; at a hub only at the other end) | a new edge, an earlier time, a decision |
 * | `C#<profileId>` | `META` | cluster: version, members (500 at most, so that a profile is read without a query), root, what it holds that limits it, marks, frontier, version of the rules, lineage, merged into, moved, unsettled | new evidence only |
 * | `C#<profileId>` | `J#<version>` | journal: what was merged or split, or decided, and why; in the other clusters of the same change only which entry that is | each structural change, each decision |
 * | `IDX#<kind>#<shard>` | `<seedId>` | an identifier that is a hub, a profile that is saturated or contested, for the report | when it becomes so, and when it is so no more |
 * | `BLK` | `<seedId>` | an identifier that a person blocked | each decision to block or unblock |
 * | `C#<profileId>` | `SEG#<segmentId>` | membership | each transition |
 * | `C#<profileId>` | `SEG#~` | when the profile is looked at next because of the time | when a look is planned |
 * | `DUE#<hour>#<shard>` | `<ms>#<profileId>` | a profile to look at then, by the last digit of its id | when time will decide earlier than any look that is planned; gone once it was looked at |
 * | `F#<seedId>` | `T` | fragment, the hot item: version, and all that changed since its cold item; at first all there is | each coalesced write |
 * | `F#<seedId>` | `S` | fragment, the cold item: traits, measures and ring as they were at some version | when the hot item is full |
 * | `F#<seedId of a groupId>#<shard>` | `T`, `S` | fragment of an account: the same, by the last digit of the member's id | each coalesced write |
 * | `F#<seedId>` | `A#<seedId of a groupId>` | an account that the identifier is a member of: sealed groupId, since when | once, and when it was earlier |
 * | `A#<seedId of a groupId>#<shard>` | `<seedId>` | a member, for listing | once, and when it was earlier |
 * | `V#<profileId>` | `VIEW` | folded profile for reads | not yet: profiles are folded when they are read |
 * | `SEG#<segmentId>#<shard>` | `<profileId>` | a member, for listing | each transition |
 * | `SEGM#<segmentId>` | `META` | the version the last recompute covered, the size it found, when it began | each recompute |
 * | `SEGM#<segmentId>` | `SIZE#<time>` | how large it was (TTL) | each recompute |
 * | `SEGM` | `RUN` | how far the recompute under way is, and who has it till when | every few hundred people |
 * | `SEGM` | `RECONCILE` | the same of the nightly comparison with the archive | every few hundred people |
 * | `SEGM` | `RECONCILE-ASKED` | when somebody asked for one | by hand |
 * | `SEGM` | `TICK` | up to which minute everybody was looked at who was due | each tick |
 * | `SEGM` | `PASS` | how long events had waited when the pass decided segments | once a minute and process at most |
 * | `SWEEP` | `IDENTITY` | how far everybody is brought under changed identity rules, and who has it till when | every few hundred identifiers |
 * | `DEF#<kind>` | `<id>` | a definition in force | apply |
 * | `DEF#<kind>#<id>` | `V#<version>` | each version kept, with who and when | apply |
 * | `DEF` | `HEAD` | a number that grows with every apply; how far the counts are that segments look at | apply, recompute |
 * | `RATE#<source>` | `<window>` | how many requests all processes were asked in five seconds (TTL) | by a busy process, once a second |
 * | `LIST` | `<list>` | a list of people: the upload in force, how many were begun | each upload, begun and finished |
 * | `LIST#<list>` | `U#<number>` | an upload: by whom, which parts came, when it was finished | each part |
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
	journal: (profileId: string, version: number): ItemKey => ({
		pk: `C#${profileId}`,
		sk: `J#${String(version).padStart(8, "0")}`,
	}),
	/** Sixteen shards by the last digit of the seed id, so that a bad day for identities is no hot partition. */
	identityHealth: (kind: string, seedId: string): ItemKey => ({ pk: `IDX#${kind}#${seedId.slice(-1)}`, sk: seedId }),
	blocked: (seedId: string): ItemKey => ({ pk: "BLK", sk: seedId }),
	membership: (profileId: string, segmentId: string): ItemKey => ({ pk: `C#${profileId}`, sk: `SEG#${segmentId}` }),
	/** After every segment's id, so that it is read with the memberships. */
	nextLook: (profileId: string): ItemKey => ({ pk: `C#${profileId}`, sk: "SEG#~" }),
	/** By hours, so that whoever was away for weeks asks for hundreds of partitions and not for ten thousands. */
	due: (profileId: string, at: number): ItemKey => ({
		pk: `DUE#${Math.floor(at / HOUR_MS)}#${profileId.slice(-1)}`,
		sk: `${at}#${profileId}`,
	}),
	passBeat: (): ItemKey => ({ pk: "SEGM", sk: "PASS" }),
	reconcile: (): ItemKey => ({ pk: "SEGM", sk: "RECONCILE" }),
	reconcileAsked: (): ItemKey => ({ pk: "SEGM", sk: "RECONCILE-ASKED" }),
	tick: (): ItemKey => ({ pk: "SEGM", sk: "TICK" }),
	fragment: (seedId: string): ItemKey => ({ pk: `F#${seedId}`, sk: "T" }),
	fragmentBody: (seedId: string): ItemKey => ({ pk: `F#${seedId}`, sk: "S" }),
	/** Beside the fragment of whoever is a member. */
	account: (member: string, account: string): ItemKey => ({ pk: `F#${member}`, sk: `A#${account}` }),
	/** Sixteen shards by the last digit of the member's id, as a segment's are. */
	accountMember: (account: string, member: string): ItemKey => ({ pk: `A#${account}#${member.slice(-1)}`, sk: member }),
	view: (profileId: string): ItemKey => ({ pk: `V#${profileId}`, sk: "VIEW" }),
	/** Sixteen shards by the last digit of the profile id, so that a big segment is not one hot partition. */
	segmentMember: (segmentId: string, profileId: string): ItemKey => ({
		pk: `SEG#${segmentId}#${profileId.slice(-1)}`,
		sk: profileId,
	}),
	segment: (segmentId: string): ItemKey => ({ pk: `SEGM#${segmentId}`, sk: "META" }),
	segmentSize: (segmentId: string, at: string): ItemKey => ({ pk: `SEGM#${segmentId}`, sk: `SIZE#${at}` }),
	segmentDay: (segmentId: string, day: string): ItemKey => ({ pk: `SEGM#${segmentId}`, sk: `DAY#${day}` }),
	recompute: (): ItemKey => ({ pk: "SEGM", sk: "RUN" }),
	sweep: (): ItemKey => ({ pk: "SWEEP", sk: "IDENTITY" }),
	definition: (kind: string, id: string): ItemKey => ({ pk: `DEF#${kind}`, sk: id }),
	definitionVersion: (kind: string, id: string, version: number): ItemKey => ({
		pk: `DEF#${kind}#${id}`,
		sk: `V#${String(version).padStart(8, "0")}`,
	}),
	definitionsHead: (): ItemKey => ({ pk: "DEF", sk: "HEAD" }),
	rate: (source: string, window: number): ItemKey => ({ pk: `RATE#${source}`, sk: String(window) }),
	list: (id: string): ItemKey => ({ pk: "LIST", sk: id }),
	listUpload: (id: string, number: number): ItemKey => ({
		pk: `LIST#${id}`,
		sk: `U#${String(number).padStart(8, "0")}`,
	}),
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
