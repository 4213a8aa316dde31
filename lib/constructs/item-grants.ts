/** A permission to act on items, as IAM calls it; a transaction needs what each of its parts would. */
export type ItemAction =
	| "GetItem"
	| "BatchGetItem"
	| "Query"
	| "PutItem"
	| "UpdateItem"
	| "DeleteItem"
	| "ConditionCheckItem";

/** These actions on items of these partitions; a `*` at the end stands for any ending (`adapters/items/keys.ts` says what each holds). */
export type ItemGrant = { readonly actions: readonly ItemAction[]; readonly partitions: readonly string[] };

/** The definitions in force, blocked identifiers (hashes) and which uploads of lists are in force: who decides anything reads them. */
const DEFINITIONS: ItemGrant = { actions: ["GetItem", "Query"], partitions: ["DEF", "DEF#*", "BLK", "LIST"] };
/** Who is who and what is known of them. */
const PROFILES: ItemGrant = { actions: ["BatchGetItem"], partitions: ["N#*", "C#*", "F#*"] };
/** Who is in which segment, whom time will move, and the news of it. */
const MEMBERSHIPS = ["C#*", "SEG#*", "DUE#*", "OUT#*"];
/** Who is who, the lists of the report, and the news of it. */
const IDENTITIES = ["N#*", "C#*", "IDX#*", "OUT#*"];
const DELIVERIES = ["DLV#*", "DLVS#*", "X#*"];
const ALL_ACTIONS: readonly ItemAction[] = [
	"GetItem",
	"BatchGetItem",
	"Query",
	"PutItem",
	"UpdateItem",
	"DeleteItem",
	"ConditionCheckItem",
];

/** Everybody gone through: memberships judged, what is kept of people filled in, and how far that is. */
const THROUGH_EVERYBODY: ItemGrant = {
	actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
	partitions: [...MEMBERSHIPS, "F#*", "SEGM", "SEGM#*"],
};

/**
 * What each function's calls of the table need, and no more: nobody may scan, none that the internet reaches or that sends to it sees a
 * profile. The tests of each function run over a store that refuses what does not stand here (`test/support/granted-store.ts`).
 */
export const ITEM_GRANTS: { readonly [entry: string]: readonly ItemGrant[] } = {
	"collect/receive-events": [
		{ actions: ["GetItem", "Query"], partitions: ["DEF", "DEF#source"] },
		{ actions: ["UpdateItem", "BatchGetItem"], partitions: ["RATE#*"] },
	],
	"unify/process-events": [
		DEFINITIONS,
		{
			actions: ALL_ACTIONS,
			partitions: [...new Set([...IDENTITIES, ...MEMBERSHIPS]), "F#*", "A#*", "QUA#*", "SEGM"],
		},
	],
	"unify/publish-changes": [{ actions: ["GetItem", "PutItem"], partitions: ["SEGM#*"] }],
	"unify/resolve-again": [
		DEFINITIONS,
		PROFILES,
		{ actions: ALL_ACTIONS, partitions: [...new Set([...IDENTITIES, ...MEMBERSHIPS]), "SWEEP"] },
	],
	"segment/tick-segments": [
		DEFINITIONS,
		PROFILES,
		{ actions: ["GetItem", "Query", "PutItem", "DeleteItem"], partitions: [...MEMBERSHIPS, "SEGM"] },
	],
	"segment/recompute-segments": [
		DEFINITIONS,
		PROFILES,
		THROUGH_EVERYBODY,
		// That a count is filled in stands beside the definitions.
		{ actions: ["PutItem"], partitions: ["DEF"] },
	],
	"segment/reconcile-segments": [DEFINITIONS, PROFILES, THROUGH_EVERYBODY],
	"activate/route-deliveries": [DEFINITIONS, { actions: ["BatchGetItem", "PutItem"], partitions: DELIVERIES }],
	"activate/deliver": [DEFINITIONS, { actions: ["GetItem", "PutItem"], partitions: ["DLV#*"] }],
	"admin/serve-admin-api": [
		{ actions: ["BatchGetItem", "Query"], partitions: ["F#*", "A#*", "QUA#*", "SEGM#*", "DLVS#*", "X#*"] },
		{
			actions: ALL_ACTIONS,
			partitions: [
				...new Set([...IDENTITIES, ...MEMBERSHIPS]),
				...["DEF", "DEF#*", "BLK", "LIST", "LIST#*", "SEGM", "DLV#*"],
			],
		},
	],
	"watch/send-canary": [DEFINITIONS, PROFILES],
};
