import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { onTestFinished } from "vitest";
import { destinationsOver } from "#adapters/destinations/destinations.ts";
import { localChunks } from "#adapters/destinations/local-chunks.ts";
import { sqliteBus } from "#adapters/embedded/sqlite/bus.ts";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { type EmbeddedQueue, sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { DEFAULT_LIMITS } from "#adapters/http/http-client.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { RULES } from "#contracts/bus/catalogue.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { redriveDeliveries } from "#domain/activate/redrive.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { Bus, BusEntry } from "#domain/model/ports.ts";
import { deliver } from "#functions/activate/deliver/deliver.ts";
import { routeDeliveries } from "#functions/activate/route-deliveries/route-deliveries.ts";
import { lambdaContext } from "#local/lambda-context.ts";
import { toSqsEvent } from "#local/sqs-event.ts";
import { AT } from "#test/domain/activate/examples.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { recordingLog } from "../shared/recording-log.ts";

const VISIBILITY_SECONDS = 360;

type Consumer = (event: SQSEvent, context: ReturnType<typeof lambdaContext>) => Promise<SQSBatchResponse>;

/** The whole stage on SQLite queues, with a clock that only moves when it is told to. */
export function openStage(destinations: readonly Destination[]) {
	const folder = mkdtempSync(join(tmpdir(), "tutti-activate-"));
	const database = openDatabase(join(folder, "tutti.sqlite"));
	onTestFinished(() => {
		database.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const clock = { now: new Date(AT) };
	const now = () => clock.now;
	const queue = (name: string) =>
		sqliteQueue({
			database,
			name,
			now,
			visibilitySeconds: VISIBILITY_SECONDS,
			redrive: { maxReceiveCount: 5, deadLetters: `${name}-dead` },
		});
	const [routing, deliveries, deadLetters] = [queue("routing"), queue("deliveries"), queue("deliveries-dead")];
	const bus = sqliteBus({ database, targets: [{ pattern: RULES["route-deliveries"], queue: routing }], now });
	const published: BusEntry[] = [];
	bus.tap((entries) => published.push(...entries));

	const secrets = new Map<string, string>();
	const inForce = destinations.map((destination) => ({ ...destination, version: 1, appliedAt: AT }));
	const workspace: Workspace = {
		sources: [],
		trackingPlans: [],
		identity: DEFAULT_IDENTITY,
		segments: [],
		destinations: inForce,
	};
	const definitions = { current: async () => workspace };
	const items = sqliteItemStore({ database, now });
	const deliveryLogOf = (entry: string) => itemDeliveryLog({ items: grantedStore(entry, items), now });
	const deliveryLog = deliveryLogOf("admin/serve-admin-api");
	const log = recordingLog();
	const metrics: Record<string, number>[] = [];
	const limits = { ...DEFAULT_LIMITS, totalMs: 1000 };
	const deps = { definitions, deliveries, now, log };
	const route: Consumer = routeDeliveries({ ...deps, deliveryLog: deliveryLogOf("activate/route-deliveries") });
	const deliverOver = (over: Bus): Consumer =>
		deliver({
			...deps,
			deliveryLog: deliveryLogOf("activate/deliver"),
			deadLetters,
			destinations: destinationsOver({ chunks: localChunks(), reach: { loopback: true }, limits }),
			secrets: { read: async (name) => secrets.get(name) },
			bus: over,
			random: () => 0.5,
			metrics: { put: (numbers) => void metrics.push(numbers) },
		});

	/** Runs a consumer until its queue has nothing to give now; answers how many messages it was given. */
	async function drain(from: EmbeddedQueue, consumer: Consumer): Promise<number> {
		let given = 0;
		for (;;) {
			const messages = await from.receive(10);
			if (messages.length === 0) return given;
			given += messages.length;
			const { batchItemFailures } = await consumer(toSqsEvent(messages, "queue"), lambdaContext("test"));
			const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
			await from.delete(messages.filter(({ messageId }) => !failed.has(messageId)));
		}
	}

	return {
		bus,
		published,
		deliveries,
		deadLetters,
		deliveryLog,
		secrets,
		workspace,
		log,
		metrics,
		pass: (seconds: number) => {
			clock.now = new Date(clock.now.getTime() + seconds * 1000);
		},
		route: () => drain(routing, route),
		deliver: (over: Bus = bus) => drain(deliveries, deliverOver(over)),
		redrive: (request: { destinationId?: string; limit: number }) =>
			redriveDeliveries(request, { deliveries, deadLetters, deliveryLog, now }),
	};
}
