import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { destinationsOver } from "#adapters/destinations/destinations.ts";
import type { Administrators } from "#domain/model/administrators.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { drawSample } from "#domain/segment/draw-sample.ts";
import { DUCKDB } from "#domain/segment/sql-dialect.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { deliver } from "#functions/activate/deliver/deliver.ts";
import { routeDeliveries } from "#functions/activate/route-deliveries/route-deliveries.ts";
import { serveAdminApi } from "#functions/admin/serve-admin-api/serve-admin-api.ts";
import { storeIdentities } from "#functions/archive/store-identities/store-identities.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { recomputeSegments } from "#functions/segment/recompute-segments/recompute-segments.ts";
import { reconcileSegments } from "#functions/segment/reconcile-segments/reconcile-segments.ts";
import { tickSegments } from "#functions/segment/tick-segments/tick-segments.ts";
import type { Log } from "#functions/shared/log.ts";
import { loggedMetrics } from "#functions/shared/metrics.ts";
import { processEvents } from "#functions/unify/process-events/process-events.ts";
import { publishChanges } from "#functions/unify/publish-changes/publish-changes.ts";
import { resolveAgain } from "#functions/unify/resolve-again/resolve-again.ts";
import { clock } from "./clock.ts";
import { feed } from "./feed.ts";
import { pump } from "./pump.ts";
import type { Stores } from "./stores.ts";

/** Nobody waits for the archive: rather few large writes than many small ones. */
const ARCHIVING = { batchSize: 30, windowMs: 100 };
/** A profile is to be readable at once; but what arrives together costs less together. */
const PROCESSING = { name: "process-events", batchSize: 10, windowMs: 10 };
/** Nobody notices when a destination hears of something so little later. */
const ROUTING = { batchSize: 30, windowMs: 30 };
/** Requests to destinations take long and cost little, so several batches of them may be under way. */
const DELIVER_LANES = 4;
const IDLE_POLL_MS = 10;
/** Mostly they find in two or three small reads that nothing is due. */
const LOOK_SECONDS = 2;
/** After so long nothing is archived any more that was received before midnight, in milliseconds. */
const LATEST_MS = 3_600_000;
/** Nobody need wait for the end of a minute here. */
const TICK_SECONDS = 1;
/** One process with one archive: what was received is archived, and what was applied known, when the next second begins. */
const LOOK_TIMES = { settledSeconds: 1, knownAfterSeconds: 1, budgetSeconds: 60 };

type Deps = {
	readonly stores: Stores;
	readonly administrators: Administrators;
	readonly now: () => Date;
	readonly log: Log;
};

/**
 * The flow on one machine, in order: read this function to know what happens to an event. It is the same as what
 * `lib/stacks/pipeline-stack.ts` and `api-stack.ts` put together. Everything begins to move at once.
 */
export function startFlow({ stores, administrators, now, log }: Deps) {
	const destinations = destinationsOver({ chunks: stores.chunks, reach: { loopback: true, privateNetworks: true } });
	const { identities: graph, fragments, definitions } = stores;
	const profiles = profileReader({ graph, fragments, view: traitView({ definitions, hash: sha256, now }) });
	const metrics = loggedMetrics({ log });
	const known = { hash: sha256, hashOf: messageHash, dialect: DUCKDB };
	const deps = { ...stores, ...known, destinations, profiles, now, log, metrics };
	const also = { newId: randomUUID, random: Math.random };

	// Collect: what is accepted is on the bus, and the bus's rules have put it into the queue of the pass.
	const collector = receiveEvents({ ...deps, ...also });
	// Validate, standardise, archive, unify, segment: one pass. An event is in the archive before it is anywhere else.
	const passing = pump({ ...PROCESSING, queue: stores.processEvents, handler: processEvents(deps), log });
	const stages = [
		passing,
		// What only a look at everybody can decide: who is who once the identity rules have changed …
		clock({
			name: "resolve-again",
			everySeconds: LOOK_SECONDS,
			when: passing.isQuiet,
			handler: resolveAgain({ ...deps, times: LOOK_TIMES }),
			now,
			log,
		}),
		// … whom time alone moves into a segment or out of it …
		clock({
			name: "tick-segments",
			everySeconds: TICK_SECONDS,
			handler: tickSegments({ ...deps, compile: segmentCompiler(sha256) }),
			now,
			log,
		}),
		// … and a new segment's past. It reads the archive, so that must be up to date.
		clock({
			name: "recompute-segments",
			everySeconds: LOOK_SECONDS,
			when: passing.isQuiet,
			handler: recomputeSegments({ ...deps, times: LOOK_TIMES }),
			now,
			log,
		}),
		// … and whether all of that is what the archive says: every night, or when somebody asks.
		clock({
			name: "reconcile-segments",
			everySeconds: LOOK_SECONDS,
			when: passing.isQuiet,
			// The people that previews look at are drawn anew with it.
			handler: reconcileSegments({
				...deps,
				times: LOOK_TIMES,
				alsoNightly: async () => void (await drawSample(deps)),
			}),
			now,
			log,
		}),
		// What the archive has of files that are full is packed, so that all of these read less.
		clock({
			name: "pack-archive",
			everySeconds: LOOK_SECONDS,
			handler: () => stores.sql.packOne(dayOf(now().getTime() - LATEST_MS)),
			now,
			log,
		}),
		// What the pass wrote into the outbox goes on the bus: who entered or exited a segment, who became one.
		feed({ name: "publish-changes", changes: stores.changes, handler: publishChanges(deps), log }),
		// The archive keeps who became whom, so that SQL knows people and not identifiers alone.
		pump({
			name: "store-identities",
			...ARCHIVING,
			queue: stores.storeIdentities,
			handler: storeIdentities(deps),
			log,
		}),
		// Activate: which destination wants to hear of it, then telling it.
		pump({
			name: "route-deliveries",
			...ROUTING,
			queue: stores.routeDeliveries,
			handler: routeDeliveries(deps),
			log,
		}),
		pump({
			name: "deliver",
			queue: stores.deliveries,
			handler: deliver({ ...deps, ...also }),
			lanes: DELIVER_LANES,
			log,
		}),
	];
	const admin = serveAdminApi({ ...deps, ...also, administrators });

	return {
		receiveEvents: collector,
		serveAdminApi: admin,
		recentEvents: stores.recentEvents,
		/** How many messages have not been through their stage yet. Deliveries that wait for their next try are not counted. */
		backlog: () => backlogOf(stores),
		/** How many envelopes wait for the pass: what the collector brings, and what it must not bring faster than it is done. */
		waiting: async () => (await stores.processEvents.depth()).waiting,
		async idle(): Promise<void> {
			while ((await backlogOf(stores)) > 0 || !stages.every((stage) => stage.isQuiet())) await sleep(IDLE_POLL_MS);
		},
		async stop(): Promise<void> {
			await Promise.all(stages.map((stage) => stage.stop()));
		},
	};
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

async function backlogOf({ storeIdentities, processEvents: pass, routeDeliveries, changes }: Stores) {
	const depths = await Promise.all([storeIdentities, pass, routeDeliveries].map((queue) => queue.depth()));
	return depths.reduce((sum, { waiting, inFlight }) => sum + waiting + inFlight, changes.pending());
}
