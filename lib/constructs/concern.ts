import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";

/** A page under docs/runbooks that says what to look at and what to do. */
export type Runbook =
	| "archive-is-late"
	| "collector-is-failing"
	| "admin-api-is-failing"
	| "dead-letters"
	| "queue-is-behind"
	| "outbox-is-behind"
	| "table-is-throttled"
	| "tick-is-behind"
	| "segment-volume"
	| "memberships-repaired"
	| "pass-is-failing"
	| "deliveries-fail"
	| "canary-is-missing"
	| "archive-is-incomplete";

export interface ConcernProps {
	/** What happened, as the alarm's title: "Unify: messages gave up". */
	readonly title: string;
	readonly metric: IMetric;
	/** The alarm rings when the metric reaches this. */
	readonly threshold: number;
	/** Periods of the metric in a row that must reach it. @default 1 */
	readonly periods?: number;
	/** A period without any number is as bad as one that reaches the threshold, and most of the periods must be bad. @default a lack is no fault */
	readonly ringsWhenSilent?: true;
	/** What a person loses while this lasts. It is the text of the alarm. */
	readonly impact: string;
	readonly runbook: Runbook;
}

/**
 * Something that should wake a person. It makes no resource: WatchStack finds every concern of the app in the tree and
 * makes the alarm, so that declaring one is enough and a stack that is thrown away takes no subscription along.
 */
export class Concern extends Construct {
	readonly props: ConcernProps;

	constructor(scope: Construct, id: string, props: ConcernProps) {
		super(scope, id);
		this.props = props;
	}
}
