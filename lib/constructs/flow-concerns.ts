import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { Concern } from "./concern.ts";
import { ownMetric } from "./own-metric.ts";
import { shareOf } from "./share-of.ts";
import type { StageFunction } from "./stage-function.ts";

export interface FlowConcernsProps {
	readonly settings: Settings;
	/** The function that all events go through. */
	readonly pass: StageFunction;
}

const PERIOD = Duration.minutes(5);

/** What is wrong only when it is much: shares of failures, of what AWS counts itself and of what the deliverer counts. */
export class FlowConcerns extends Construct {
	constructor(scope: Construct, id: string, { settings, pass }: FlowConcernsProps) {
		super(scope, id);
		new Concern(this, "PassFailing", {
			title: "The pass is failing: a tenth of its calls end in an error",
			metric: shareOf({
				failed: pass.metricErrors({ period: PERIOD }),
				all: pass.metricInvocations({ period: PERIOD }),
				atLeast: 50,
				period: PERIOD,
				label: "failed calls, %",
			}),
			threshold: 10,
			periods: 2,
			impact: "Events come again and again and reach profiles late; after five times they wait for a person.",
			runbook: "pass-is-failing",
		});
		const counted = (name: "DeliveryAttempts" | "FailedDeliveryAttempts") =>
			ownMetric(settings, name, { statistic: "Sum", period: PERIOD });
		new Concern(this, "DeliveriesFailing", {
			title: "Deliveries fail: destinations do not take a quarter of what is sent",
			metric: shareOf({
				failed: counted("FailedDeliveryAttempts"),
				all: counted("DeliveryAttempts"),
				atLeast: 20,
				period: PERIOD,
				label: "failed attempts, %",
			}),
			threshold: 25,
			periods: 3,
			impact: "Tools do not hear of events and segment changes in time; what is refused for good they never hear of.",
			runbook: "deliveries-fail",
		});
	}
}
