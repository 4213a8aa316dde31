import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import type { Destinations } from "#domain/activate/ports.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Bus } from "#domain/model/ports.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { deliver } from "#functions/activate/deliver/deliver.ts";
import { routeDeliveries } from "#functions/activate/route-deliveries/route-deliveries.ts";
import { storeIdentities } from "#functions/archive/store-identities/store-identities.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { tickSegments } from "#functions/segment/tick-segments/tick-segments.ts";
import type { Log } from "#functions/shared/log.ts";
import { loggedMetrics } from "#functions/shared/metrics.ts";
import { processEvents } from "#functions/unify/process-events/process-events.ts";
import { publishChanges } from "#functions/unify/publish-changes/publish-changes.ts";
import { ITEM_GRANTS } from "#lib/constructs/item-grants.ts";
import { lambdaContext } from "#local/lambda-context.ts";
import { repositoriesOver } from "#local/stores.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import type { Backing } from "./backing.ts";
import type { Faults } from "./faults.ts";
import { type Around, faulty } from "./faulty.ts";

export type WorkerDeps = {
	readonly backing: Backing;
	readonly around: Around;
	readonly vault: IdentifierVault;
	readonly destinations: Destinations;
	readonly log: Log;
	readonly newId: () => string;
	/** How far this worker's clock is ahead, in milliseconds. */
	readonly skewMs: number;
};

export type FunctionName =
	| "receive-events"
	| "process-events"
	| "store-identities"
	| "route-deliveries"
	| "deliver"
	| "publish-changes"
	| "tick-segments";

export type Worker = ReturnType<typeof openWorker>;

const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

/**
 * One copy of every function, as Lambda would have it in a process of its own: with its own memory, its own clock, and all
 * its calls going through the dice. What it calls is put together as `local/flow.ts` does it.
 */
export function openWorker({ backing, around, vault, skewMs, log, newId, ...deps }: WorkerDeps) {
	const now = () => new Date(backing.time.now() + skewMs);
	const items = faulty(backing.items, "items", around);
	const bus = faulty(sometimesTwice(backing.bus, around.faults), "bus", around);
	const archive = faulty(backing.archive, "archive", around);
	const identityArchive = faulty(backing.identityArchive, "identityArchive", around);
	const deliveries = faulty(backing.queues.deliver, "queue:deliver", around);
	const deadLetters = faulty(backing.deadLetters.deliver, "queue:dead-letters", around);
	const kept = {
		...repositoriesOver({ items: grantedStore(entryOf(around.caller.name), items), vault, now }),
		// here everybody reads all definitions; the deployed collector only those that it needs
		definitions: itemDefinitions({ items, now, maxAgeSeconds: 0 }),
	};
	const profiles = profileReader({
		graph: kept.identities,
		fragments: kept.fragments,
		view: traitView({ definitions: kept.definitions, hash: sha256, now }),
	});
	const noPause = async () => {};
	const shared = { ...kept, bus, archive, identityArchive, deliveries, deadLetters, profiles, now, log };
	const metrics = loggedMetrics({ log });
	const functions: Readonly<Record<FunctionName, unknown>> = {
		"receive-events": receiveEvents({ ...shared, newId }),
		"process-events": processEvents({ ...shared, pause: noPause }),
		"store-identities": storeIdentities(shared),
		"route-deliveries": routeDeliveries(shared),
		deliver: deliver({
			...shared,
			destinations: faulty(deps.destinations, "destination", around),
			secrets: { read: async () => SECRET },
			random: () => 0,
		}),
		"publish-changes": publishChanges({ bus, log }),
		"tick-segments": tickSegments({
			...shared,
			compile: segmentCompiler(sha256),
			metrics,
			pause: noPause,
		}),
	};
	return {
		caller: around.caller,
		kept,
		profiles,
		/** Calls a function as Lambda does. A worker that died in it never answers. */
		call: async (name: FunctionName, event: object): Promise<unknown> =>
			(functions[name] as Handler)(event as never, lambdaContext(name)),
	};
}

/** A bus that now and then brings everything to its queues once more. */
function sometimesTwice(bus: Bus, faults: Faults): Bus {
	return {
		async publish(entries) {
			await bus.publish(entries);
			if (!faults.happens("entry-twice", 4)) return;
			faults.count("entry-twice", "bus.publish");
			await bus.publish(entries);
		},
	};
}

const entryOf = (name: string): string =>
	Object.keys(ITEM_GRANTS).find((entry) => entry.endsWith(`/${name}`)) ?? "nothing is granted";

type Handler = (event: never, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;
