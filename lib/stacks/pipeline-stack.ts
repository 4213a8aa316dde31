import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ActivateStage } from "../stages/activate-stage.ts";
import { ArchiveStage } from "../stages/archive-stage.ts";
import { CollectStage } from "../stages/collect-stage.ts";
import { SegmentStage } from "../stages/segment-stage.ts";
import { UnifyStage } from "../stages/unify-stage.ts";
import type { DataStack } from "./data-stack.ts";

export interface PipelineStackProps extends StackProps {
	readonly data: DataStack;
}

/** The flow, in order. Read this constructor to know what happens to an event. */
export class PipelineStack extends Stack {
	readonly collect: CollectStage;
	readonly activate: ActivateStage;

	constructor(scope: Construct, id: string, { data, ...props }: PipelineStackProps) {
		super(scope, id, { description: "Tutti: the flow, from an event to a delivery", ...props });

		this.collect = new CollectStage(this, "Collect", { data });
		new ArchiveStage(this, "Archive", { data });
		new UnifyStage(this, "Unify", { data });
		new SegmentStage(this, "Segment", { data });
		this.activate = new ActivateStage(this, "Activate", { data });
	}
}
