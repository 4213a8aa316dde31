import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { MetricName } from "#contracts/metrics.ts";
import { Concern, type ConcernProps } from "../constructs/concern.ts";
import { ownMetric } from "../constructs/own-metric.ts";
import { ScheduledFunction, type ScheduledFunctionProps } from "../constructs/scheduled-function.ts";
import type { StageFunction } from "../constructs/stage-function.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface SegmentStageProps {
	readonly data: DataStack;
}

const A_MINUTE = Duration.minutes(1);

/**
 * What the pass cannot decide: whom time alone moves, segments that are new, were edited, or need the archive to be known;
 * and the nightly proof that all of it is what the archive says.
 */
export class SegmentStage extends Construct {
	constructor(scope: Construct, id: string, { data }: SegmentStageProps) {
		super(scope, id);
		this.tick(data);
		this.recompute(data);
		this.reconcile(data);
	}

	private tick(data: DataStack): void {
		const { settings, items, secrets } = data;
		const impact = "People stay in segments that they should have left, and enter late where time alone lets them in.";
		const tick = new ScheduledFunction(this, "TickSegments", {
			entry: "segment/tick-segments",
			every: A_MINUTE,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				SECRETS_PREFIX: secrets.prefix,
				METRICS_NAMESPACE: settings.metricsNamespace,
			},
			memory: 1024,
			timeout: Duration.minutes(2),
			impact,
		});
		items.grantItems(tick.fn);
		secrets.grantVault(tick.fn);
		this.watch("TickBehindSeconds", data, {
			title: "The tick is behind: people are due and not looked at",
			statistic: "Maximum",
			period: A_MINUTE,
			// two minutes late is what is promised
			threshold: 120,
			periods: 3,
			impact,
			runbook: "tick-is-behind",
		});
	}

	private recompute(data: DataStack): void {
		this.overArchive("RecomputeSegments", data, {
			entry: "segment/recompute-segments",
			impact: "New and edited segments stay empty or as they were; those decided event by event are not touched.",
		});
		this.watch("SegmentVolumeAlarms", data, {
			title: "A segment's size is not what its alarm expects",
			statistic: "Sum",
			period: Duration.hours(1),
			threshold: 1,
			impact: "A segment is much larger or smaller than expected: whoever acts on it may reach the wrong people.",
			runbook: "segment-volume",
		});
	}

	private reconcile(data: DataStack): void {
		const { queries } = data.archive;
		const reconcile = this.overArchive("ReconcileSegments", data, {
			entry: "segment/reconcile-segments",
			impact: "What went wrong in a segment stays wrong: nobody compares it with the archive.",
			environment: { SAMPLES_BUCKET: queries.samplesBucket },
		});
		queries.grantForgetSample(reconcile);
		this.watch("ReconciledMemberships", data, {
			title: "The nightly comparison put many memberships right",
			statistic: "Sum",
			period: Duration.hours(1),
			threshold: 100,
			impact: "People were in segments where they should not be, or missing, until the night put it right.",
			runbook: "memberships-repaired",
		});
	}

	/** A function that looks whether everybody has to be gone through, and asks the archive. */
	private overArchive(id: string, data: DataStack, { environment, ...props }: OverArchive): StageFunction {
		const { settings, items, archive, secrets } = data;
		const { fn } = new ScheduledFunction(this, id, {
			...props,
			every: settings.lookEvery,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				ATHENA_DATABASE: archive.catalogue.databaseName,
				ATHENA_WORKGROUP: archive.queries.workgroup,
				SECRETS_PREFIX: secrets.prefix,
				METRICS_NAMESPACE: settings.metricsNamespace,
				...environment,
			},
			memory: 1024,
			timeout: Duration.minutes(15),
		});
		items.grantItems(fn);
		archive.grantQuery(fn);
		secrets.grantVault(fn);
		return fn;
	}

	private watch(name: MetricName, { settings }: DataStack, { statistic, period, ...concern }: Watched): void {
		new Concern(this, name, { metric: ownMetric(settings, name, { statistic, period }), ...concern });
	}
}

type OverArchive = Pick<ScheduledFunctionProps, "entry" | "impact"> & { readonly environment?: Record<string, string> };
type Watched = Omit<ConcernProps, "metric"> & { readonly statistic: "Sum" | "Maximum"; readonly period: Duration };
