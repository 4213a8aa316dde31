import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { type TableCapacity, tableCapacityFrom, USED_PERCENT } from "../table-capacity.ts";

const READ = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const WRITE = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];

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

	/** To read and change items by key. Nothing may scan. */
	grantItems(to: IGrantable): void {
		this.grant(to, ...READ, ...WRITE);
	}

	/** To read items by key, and change none. */
	grantRead(to: IGrantable): void {
		this.grant(to, ...READ);
	}

	/**
	 * To read the definitions in force, the list of blocked identifiers (hashes) and which uploads of lists are in force
	 * among them, and no other item: a door to the
	 * internet has no business with profiles.
	 */
	grantDefinitions(to: IGrantable): void {
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({
				effect: Effect.ALLOW,
				actions: READ,
				resources: [this.tableArn],
				conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["DEF", "DEF#*", "BLK", "LIST"] } },
			}),
		);
	}

	/** To count who entered and exited segments, beside what else is kept of segments, and to change no other item. */
	grantSegmentCounts(to: IGrantable): void {
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({
				effect: Effect.ALLOW,
				actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
				resources: [this.tableArn],
				conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["SEGM#*"] } },
			}),
		);
	}

	/** To count the requests of sources together with others, and to change no other item. */
	grantRates(to: IGrantable): void {
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({
				effect: Effect.ALLOW,
				actions: ["dynamodb:UpdateItem", "dynamodb:BatchGetItem"],
				resources: [this.tableArn],
				conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["RATE#*"] } },
			}),
		);
	}
}
