import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Administrators } from "../constructs/administrators.ts";
import type { Door } from "../constructs/door-metrics.ts";
import { FrontDoor } from "../constructs/front-door.ts";
import { FunctionDoor } from "../constructs/function-door.ts";
import { HttpFunction } from "../constructs/http-function.ts";
import type { DataStack } from "./data-stack.ts";
import type { PipelineStack } from "./pipeline-stack.ts";

/** What the admin API is about (DESIGN 4). A path of it that is not below one of these is answered 404, by the collector. */
const ADMIN_RESOURCES = [
	"profiles",
	"accounts",
	"identity",
	"segments",
	"lists",
	"definitions",
	"deliveries",
	"quarantine",
	"replays",
	"events",
	"trace",
	"query",
];
const ADMIN_PATHS = ADMIN_RESOURCES.flatMap((resource) => [`/v1/${resource}`, `/v1/${resource}/{proxy+}`]);

export interface ApiStackProps extends StackProps {
	readonly data: DataStack;
	readonly pipeline: PipelineStack;
}

/**
 * The two doors: the admin API, open to administrators, and for every other path the collector, open to whoever has a
 * write key. So preflights, SDKs' odd paths and mistakes are all answered by the function, in its own words. The collector may have a URL
 * of its own; the HTTP API leads to it all the same, for senders that were given its address before do not learn another.
 */
export class ApiStack extends Stack {
	/** By which senders come in. */
	readonly collectorDoor: Door;

	constructor(scope: Construct, id: string, { data, pipeline, ...props }: ApiStackProps) {
		super(scope, id, { description: "Tutti: collector and admin API over HTTPS", ...props });
		const door = new FrontDoor(this, "FrontDoor", data.settings);
		const { receiveEvents } = pipeline.collect;
		this.collectorDoor =
			data.settings.frontDoor === "function-url" ? new FunctionDoor(this, "CollectorDoor", receiveEvents) : door;
		const administrators = new Administrators(this, "Administrators", data.settings);
		const admin = this.serveAdminApi(data, pipeline, administrators);

		door.throttle(admin.serve(door.api, ADMIN_PATHS, administrators.authorizer), data.settings.adminThrottle);
		receiveEvents.serveTheRest(
			door.api,
			"The write key is the authorisation: the function checks it, and a browser can keep no other secret.",
		);

		new CfnOutput(this, "Url", { value: door.url, description: "Where the command line sends to" });
		new CfnOutput(this, "CollectorUrl", { value: this.collectorDoor.url, description: "Where SDKs send to" });
		new CfnOutput(this, "UserPoolId", { value: administrators.pool.userPoolId });
		new CfnOutput(this, "UserPoolClientId", { value: administrators.client.userPoolClientId });
	}

	private serveAdminApi(
		{ settings, items, archive, secrets, bus }: DataStack,
		{ activate }: PipelineStack,
		{ pool, client }: Administrators,
	): HttpFunction {
		const admin = new HttpFunction(this, "ServeAdminApi", {
			entry: "admin/serve-admin-api",
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				BUS_NAME: bus.eventBusName,
				ATHENA_DATABASE: archive.catalogue.databaseName,
				ATHENA_WORKGROUP: archive.queries.workgroup,
				SAMPLES_BUCKET: archive.queries.samplesBucket,
				DELIVERY_QUEUE_URL: activate.deliveries.queueUrl,
				DELIVERY_DEAD_LETTER_URL: activate.deadLetters.queueUrl,
				SECRETS_PREFIX: secrets.prefix,
				USER_POOL_ID: pool.userPoolId,
				USER_POOL_CLIENT_ID: client.userPoolClientId,
			},
			memory: 1024,
			// The HTTP API gives up after 30 seconds.
			timeout: Duration.seconds(29),
			// All requests to the collector together would drown its failures at the door.
			failing: {
				impact:
					"Nobody can look at profiles, change definitions or send deliveries again; events flow on as they were.",
				runbook: "admin-api-is-failing",
			},
		});
		items.grantItems(admin);
		// The rows of lists.
		bus.grantPutEventsTo(admin);
		archive.grantQuery(admin);
		secrets.grantVault(admin);
		activate.deliveries.grantSendMessages(admin);
		activate.deadLetters.grantConsumeMessages(admin);
		return admin;
	}
}
