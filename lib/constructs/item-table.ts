import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { type TableCapacity, tableCapacityFrom, USED_PERCENT } from "../table-capacity.ts";
import { ITEM_GRANTS } from "./item-grants.ts";
import type { StageFunction } from "./stage-function.ts";

/**
 * The one table (DESIGN 6). Billed by the request, unless it is said otherwise; restorable to any second of the last 35 days. Encrypted with AWS's own
 * key: what says who a person is has been sealed by us before it gets here, and a key of our own would add a dollar a
 * month and a request to KMS for each caller's cache miss.
 */
export class ItemTable extends Table {
	constructor(scope: Construct, id: string, { isProtected }: Settings) {
		const capacity = tableCapacityFrom(scope.node);
		super(scope, id, {
			partitionKey: { name: "pk", type: AttributeType.STRING },
			sortKey: { name: "sk", type: AttributeType.STRING },
			billingMode: capacity ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST,
			...(capacity && { readCapacity: capacity.reads.least, writeCapacity: capacity.writes.least }),
			encryption: TableEncryption.DEFAULT,
			timeToLiveAttribute: "ttl",
			stream: StreamViewType.NEW_IMAGE,
			pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
			deletionProtection: isProtected,
			removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		});
		if (capacity) this.growWithUse(capacity);
	}

	private growWithUse({ reads, writes }: TableCapacity): void {
		const target = { targetUtilizationPercent: USED_PERCENT };
		this.autoScaleReadCapacity({ minCapacity: reads.least, maxCapacity: reads.most }).scaleOnUtilization(target);
		this.autoScaleWriteCapacity({ minCapacity: writes.least, maxCapacity: writes.most }).scaleOnUtilization(target);
	}

	/** To do with items what this function's calls do (`item-grants.ts`). */
	grantItems(to: StageFunction): void {
		const grants = ITEM_GRANTS[to.entry];
		if (!grants) throw new Error(`item-grants.ts does not say what ${to.entry} does with items`);
		for (const { actions, partitions } of grants) {
			to.addToRolePolicy(
				new PolicyStatement({
					actions: actions.map((action) => `dynamodb:${action}`),
					resources: [this.tableArn],
					conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions } },
				}),
			);
		}
	}
}
