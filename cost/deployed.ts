import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, Context, ScheduledEvent, SQSEvent } from "aws-lambda";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { firehoseArchive, firehoseIdentityArchive } from "#adapters/aws/firehose/archive.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemPassBeats } from "#adapters/items/pass-beats.ts";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { itemSources } from "#adapters/items/sources.ts";
import { itemTransitionCounts } from "#adapters/items/transition-counts.ts";
import { openUsage, type UsageMeter } from "#adapters/meter/usage.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { routeDeliveries } from "#functions/activate/route-deliveries/route-deliveries.ts";
import { storeIdentities } from "#functions/archive/store-identities/store-identities.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { tickSegments } from "#functions/segment/tick-segments/tick-segments.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { processEvents } from "#functions/unify/process-events/process-events.ts";
import { publishChanges } from "#functions/unify/publish-changes/publish-changes.ts";
import { sendCanary } from "#functions/watch/send-canary/send-canary.ts";
import { type AwsInMemory, awsInMemory } from "./wire/aws.ts";

const TABLE = "items";

/** How many containers of the pass are warm at once: Lambda reads a queue by five pollers (Developer Guide, "Scaling"). */
export const WORKERS = 5;

const NO_SQL = (): never => {
	throw new Error("nobody answers SQL here");
};

type Handler<Event> = (event: Event, context: Context) => Promise<unknown>;

/** A function as it runs on AWS, and the meter that counts what it does. */
export type Deployed<Event> = { readonly meter: UsageMeter; readonly handler: Handler<Event> };

/**
 * The functions that every event goes through, over the adapters of AWS, as their `handler.ts` compose them; but for the clients, which are
 * answered in memory. `clock.at` is the moment.
 */
export async function deploy(definitions: readonly Definition[]) {
	const aws = awsInMemory();
	const clock = { at: new Date() };
	const now = () => clock.at;
	const vault = identifierVault(Buffer.alloc(32, 7));
	const log = powertoolsLog();
	await apply(definitions, aws, now);

	const open = (meter: UsageMeter) => {
		const { dynamo, events, firehose, sqs } = aws.clients(meter);
		return {
			items: dynamoItemStore({ client: dynamo, table: TABLE, now }),
			bus: eventBridgeBus({ client: events, bus: "tutti" }),
			archive: firehoseArchive({ client: firehose, stream: "events" }),
			identityArchive: firehoseIdentityArchive({ client: firehose, stream: "identities" }),
			deliveries: sqsQueue({ client: sqs, url: "https://sqs.us-east-1.amazonaws.com/0/deliveries" }),
		};
	};

	const one = <Event>(make: (of: ReturnType<typeof open>) => Handler<Event>, meter = openUsage()): Deployed<Event> => ({
		meter,
		handler: make(open(meter)),
	});

	const pass = openUsage();
	return {
		aws,
		clock,
		collector: one<APIGatewayProxyEventV2>(({ items, bus }) =>
			receiveEvents({
				definitions: itemSources({ items, now }),
				rates: itemSharedRates({ items }),
				bus,
				now,
				newId: randomUUID,
				log,
			}),
		),
		/** Each remembers what it has seen itself. */
		passes: Array.from({ length: WORKERS }, () =>
			one<SQSEvent>(
				({ items, bus, archive }) =>
					processEvents({
						archive,
						definitions: itemDefinitions({ items, now }),
						identities: itemIdentityGraph({ items, vault, now }),
						fragments: itemFragments({ items }),
						quarantine: itemQuarantine({ items }),
						memberships: itemMemberships({ items, now }),
						accounts: itemAccounts({ items, vault }),
						beats: itemPassBeats({ items }),
						bus,
						vault,
						now,
						log,
					}),
				pass,
			),
		),
		publish: one<never>(({ items, bus }) =>
			publishChanges({
				bus,
				transitions: itemTransitionCounts({ items, hash: sha256, now, pause: pauseWithJitter }),
				log,
			}),
		),
		tick: one<ScheduledEvent>(({ items }) =>
			tickSegments({
				definitions: itemDefinitions({ items, now }),
				compile: segmentCompiler(sha256),
				looks: itemDueLooks({ items, now }),
				memberships: itemMemberships({ items, now }),
				profiles: profileReader({
					graph: itemIdentityGraph({ items, vault, now }),
					fragments: itemFragments({ items }),
				}),
				now,
				log,
				metrics: powertoolsMetrics("Tutti/cost"),
			}),
		),
		/** It sees its events; what it sends is answered, and goes nowhere. */
		canary: one<ScheduledEvent>(({ items }) => {
			const fragments = itemFragments({ items });
			const send = async () => {
				await aws.waiting.until("an HTTP request");
				return { kind: "answered", status: 200 } as const;
			};
			return sendCanary({
				definitions: itemDefinitions({ items, now }),
				collectorFor: () => ({ send }),
				fragments,
				profiles: profileReader({ graph: itemIdentityGraph({ items, vault, now }), fragments }),
				vault,
				sql: { query: NO_SQL, pages: NO_SQL },
				table: "events",
				hashOf: messageHash,
				now,
				log,
				metrics: powertoolsMetrics("Tutti/cost"),
			});
		}),
		identities: one<SQSEvent>(({ identityArchive }) => storeIdentities({ identityArchive, log })),
		route: one<SQSEvent>(({ items, deliveries }) =>
			routeDeliveries({
				definitions: itemDefinitions({ items, now }),
				deliveries,
				deliveryLog: itemDeliveryLog({ items, now }),
				now,
				log,
			}),
		),
	};
}

export type DeployedTutti = Awaited<ReturnType<typeof deploy>>;

async function apply(definitions: readonly Definition[], aws: AwsInMemory, now: () => Date): Promise<void> {
	const { dynamo } = aws.clients(openUsage());
	const items = dynamoItemStore({ client: dynamo, table: TABLE, now });
	const planned = await applyWorkspace(() => definitions, "cost", {
		register: itemDefinitionRegister({ items, hash: sha256, now }),
		hash: sha256,
	});
	if (planned.kind !== "planned") throw new Error(planned.problems.map(({ wrong }) => wrong).join("; "));
}
