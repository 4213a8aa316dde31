/** Every detail-type on the bus and the stage that says it. One file each beside this one holds its detail. */
export const CATALOGUE = {
	EventsCollected: "tutti.collect",
	EventsProcessed: "tutti.unify",
	EventQuarantined: "tutti.validate",
	ViolationFound: "tutti.validate",
	IdentityChanged: "tutti.unify",
	ProfilesMerged: "tutti.unify",
	ProfilesSplit: "tutti.unify",
	SegmentEntered: "tutti.segment",
	SegmentExited: "tutti.segment",
	SegmentVolumeChanged: "tutti.segment",
	DeliverySucceeded: "tutti.activate",
	DeliveryFailed: "tutti.activate",
} as const;

export type DetailType = keyof typeof CATALOGUE;

/** The subset of EventBridge's pattern language that Tutti's own rules use: exact values, any of a list. */
export type BusPattern = {
	readonly source: readonly string[];
	readonly detailType: readonly DetailType[];
	readonly detail?: { readonly [field: string]: readonly string[] };
};

/** Who listens to what. The stacks and the local flow both build their rules from this table. */
export const RULES = {
	"store-identities": { source: ["tutti.unify"], detailType: ["IdentityChanged"] },
	"process-events": { source: ["tutti.collect"], detailType: ["EventsCollected"] },
	"route-deliveries": {
		source: ["tutti.unify", "tutti.segment"],
		detailType: ["EventsProcessed", "SegmentEntered", "SegmentExited"],
	},
} as const satisfies Record<string, BusPattern>;

export type RuleName = keyof typeof RULES;
