/** One number that a function puts, as CloudWatch keeps it: `service` is the function's folder, and its only dimension. */
type MetricSpec = {
	readonly unit: "Bytes" | "Count" | "Seconds" | "Milliseconds";
	/** Folder under functions/. */
	readonly service: string;
	/** What the number is, and when it is put. */
	readonly says: string;
	/** Hours of a day in which it is put though nobody sends anything: what it costs at rest. @default 0 */
	readonly idleHours?: number;
};

/**
 * Every number that our functions put, all of them: the functions put no other name, the alarms and the dashboard read them
 * from here, and docs/metrics.md lists them. A metric costs $0.30 a month, by the hour, in hours in which it is put; so most
 * are put only when there is something to say, and none has a dimension with many values. What AWS counts itself is not
 * counted again.
 */
export const METRICS = {
	EventsSetAside: {
		unit: "Count",
		service: "unify/process-events",
		says: "Events that went into quarantine. Put by a batch that had some.",
	},
	DeliveryAttempts: {
		unit: "Count",
		service: "activate/deliver",
		says: "Attempts to tell a destination something. Put by each batch.",
	},
	FailedDeliveryAttempts: {
		unit: "Count",
		service: "activate/deliver",
		says: "Attempts that a destination refused or did not answer, whether they are tried again or not. Put by each batch.",
	},
	DeliveriesSetAside: {
		unit: "Count",
		service: "activate/deliver",
		says: "Deliveries that ended without being delivered. Put by a batch that had some.",
	},
	TickBehindSeconds: {
		unit: "Seconds",
		service: "segment/tick-segments",
		says: "How long somebody has been due whom the tick has not looked at. Put when somebody is.",
	},
	TickFailedLooks: {
		unit: "Count",
		service: "segment/tick-segments",
		says: "Profiles that could not be looked at when they were due. Put with the one before.",
	},
	SegmentVolumeAlarms: {
		unit: "Count",
		service: "segment/recompute-segments",
		says: "Segments whose size is not what their definition's alarm expects. Put when one is not.",
	},
	RecomputeScannedBytes: {
		unit: "Bytes",
		service: "segment/recompute-segments",
		says: "What the queries of a recompute read, as Athena bills it. Put by an invocation that asked the archive, also where it failed.",
	},
	ReconcileScannedBytes: {
		unit: "Bytes",
		service: "segment/reconcile-segments",
		says: "The same of the nightly comparison, previews' sample apart. Put by an invocation that asked the archive.",
		idleHours: 1,
	},
	ReconciledFragments: {
		unit: "Count",
		service: "segment/reconcile-segments",
		says: "Fragments that the nightly comparison built anew from the archive. Put each night.",
		idleHours: 1,
	},
	ReconciledMemberships: {
		unit: "Count",
		service: "segment/reconcile-segments",
		says: "Memberships that the nightly comparison put right. Put each night.",
		idleHours: 1,
	},
	CanaryLateMs: {
		unit: "Milliseconds",
		service: "watch/send-canary",
		says: "From sending an event of the canary until its profile had it, where that was more than 30 seconds; 45,000 or a little more where it had not by then. Four events an hour are timed; put when one is late.",
	},
	CanaryUnarchived: {
		unit: "Count",
		service: "watch/send-canary",
		says: "Events of the canary that its profile has and the archive has not. Put every six hours.",
		idleHours: 4,
	},
} as const satisfies { readonly [name: string]: MetricSpec };

export type MetricName = keyof typeof METRICS;

/**
 * How many metrics that are put all the time cost as much as ours do when nobody sends anything: CloudWatch bills a metric by the hour in
 * which it is put.
 */
export const metricsAtRest = (): number => {
	const all: readonly MetricSpec[] = Object.values(METRICS);
	return all.reduce((sum, { idleHours = 0 }) => sum + idleHours, 0) / 24;
};
