import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemSweeps } from "#adapters/items/sweeps.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { findPlaces, profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { resolveAgain } from "#functions/unify/resolve-again/resolve-again.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { memoryItemStore, takeTurns } from "#test/support/memory-item-store.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";
import { anEnvelope, aPass, aWorkspace } from "./pass.ts";

const NOW = Date.parse("2026-01-31T12:00:00.000Z");
const LONG_AGO = "2026-01-01T00:00:00.000Z";

/**
 * The pass over a table in memory, rules that may change, and the scheduled function that follows them. Each call to the
 * table lets the others go first, so that the two do meet when they run at once.
 */
export function aRulesWorld(rules: IdentityRules, segments: readonly Segment[] = []) {
	const memory = memoryItemStore(takeTurns);
	const clock = { at: NOW };
	const now = () => new Date(clock.at);
	const applied = { version: 1, appliedAt: LONG_AGO };
	const identity = { current: { ...rules, ...applied } };
	const workspace = {
		...aWorkspace({ segments: segments.map((segment) => ({ ...segment, ...applied })) }),
		get identity() {
			return identity.current;
		},
	};
	const pause = async (attempt: number): Promise<void> => {
		for (let turn = 0; turn < Math.random() * 40 * attempt; turn++) await takeTurns();
	};
	const pass = aPass({ workspace, wrap: () => memory, now, pause });
	const items = grantedStore("unify/resolve-again", memory);
	const graph = itemIdentityGraph({ items, vault: pass.vault, now });
	const [fragments, memberships] = [itemFragments({ items }), itemMemberships({ items, now })];
	const definitions = { current: async () => workspace };
	const log = recordingLog();

	/** Every identifier that an event was put under, which is what the archive knows. */
	const archived = (): SeedId[] => seedsOf(memory.all().flatMap(({ pk, sk }) => (sk === "T" ? [pk] : [])));
	const answer = (text: string) => ({ columns: [], rows: answerTo(text, archived()), scannedBytes: 0 });
	const sql: Sql = {
		query: async (text) => answer(text),
		async *pages(text) {
			yield answer(text);
		},
	};
	const handler = resolveAgain({
		...{ definitions, sql, sweeps: itemSweeps({ items }), identities: graph, memberships, now, log },
		profiles: profileReader({ graph, fragments, view: traitView({ definitions, hash: sha256, now }) }),
		times: { settledSeconds: 0, knownAfterSeconds: 0 },
		pause,
	});

	return {
		memory,
		clock,
		log,
		memberships,
		vault: pass.vault,
		/** One event after the other, each as often as its queue would give it: five times at most. */
		take: async (events: readonly CollectedEvent[]): Promise<void> => {
			for (const event of events) {
				let receives = 0;
				while ((await pass.take(anEnvelope([event]))).length > 0) {
					if (++receives === 5)
						throw new Error(`an event is among the dead letters: ${JSON.stringify(pass.log.lines)}`);
				}
			}
		},
		apply: (next: IdentityRules): void => {
			identity.current = { ...next, version: identity.current.version + 1, appliedAt: LONG_AGO };
		},
		sweep: () => handler({} as never, aContext), // what the schedule says is not looked at
		/** Who is with whom: for each identifier its profile, as the table has it and as the definition wants it. */
		async people() {
			const ids = seedsOf(memory.all().flatMap(({ pk, sk }) => (sk === "NODE" ? [pk] : [])));
			const { nodes } = await graph.look({ nodes: ids, edges: [] });
			const edges = (await Promise.all(ids.map((id) => graph.edgesOf(id, 1000)))).flat();
			const distinct = [...new Map(edges.map((edge) => [`${edge.a} ${edge.b}`, edge])).values()];
			const wanted = clusters({ nodes, edges: distinct }, identity.current);
			const places = await findPlaces(ids, graph);
			return {
				is: new Map(ids.map((id) => [id, places.get(id)?.profileId])),
				shallBe: new Map(wanted.flatMap(({ id, members }) => members.map((member) => [member, id] as const))),
			};
		},
		/** How many events each fragment has. */
		async counts(): Promise<Map<SeedId, number>> {
			const loaded = await fragments.load(archived());
			return new Map(loaded.map(({ seedId, eventCount }) => [seedId, eventCount]));
		},
		outbox: () => memory.all().filter(({ pk }) => pk.startsWith("OUT#")),
		close: () => pass.close(),
	};
}

const seedsOf = (keys: readonly string[]): SeedId[] => [...new Set(keys.map((key) => key.slice(2) as SeedId))];

/** What an archive with these identifiers answers to the two queries of a sweep. */
function answerTo(text: string, seeds: readonly SeedId[]) {
	if (text.includes("count(*)")) return [[seeds.length]];
	const bound = (operator: string) => new RegExp(`seed_id ${operator} '([^']*)'`).exec(text)?.[1];
	const [from = "", after = "", before = "~"] = [bound(">="), bound(">"), bound("<")];
	return seeds
		.filter((seed) => seed >= from && seed > after && seed < before)
		.toSorted()
		.map((seed) => [seed]);
}
