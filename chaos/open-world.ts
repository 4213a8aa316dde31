import { sha256 } from "#adapters/crypto/sha256.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { chance } from "#demo/random.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { repositoriesOver } from "#local/stores.ts";
import type { Backing } from "./backing.ts";
import { faultsBy, noFaults } from "./faults.ts";
import { hire, openLanes } from "./lanes.ts";
import { openLedger } from "./ledger.ts";
import { listener } from "./listener.ts";
import { sendingsOf } from "./senders.ts";
import { withStaleReads } from "./stale-reads.ts";
import { turnsBy } from "./turns.ts";
import { DEFINITIONS } from "./workspace.ts";
import type { World } from "./world.ts";

/** A request comes every so often, ms of the story's time: so a minute's fault meets some, and not all. */
const PACE_MS = 2000;

/** One key for all worlds: ids of profiles are made with it, and can be compared. */
export const KEY = Buffer.alloc(32, 9);

type Options = {
	readonly seed: number;
	readonly events: number;
	readonly backing: Backing;
	/** Whether nothing is to go wrong. */
	readonly isQuiet?: boolean;
	/** Told how much of what is to be sent has been answered, 0 to 1. */
	readonly onProgress?: (share: number) => void;
};

/** A world with its definitions in force, before anything was sent. */
export async function openWorld({ seed, events, backing, isQuiet = false, onProgress }: Options): Promise<World> {
	const luck = chance(seed);
	const vault = identifierVault(KEY);
	const { log, logged } = countingLog();
	const outgoing = isQuiet ? [] : sendingsOf({ seed, events, luck: luck.fork(1) });
	const all = Math.max(1, outgoing.length);
	const progress = () => 1 - world.outgoing.length / all;
	const faults = isQuiet ? noFaults() : faultsBy({ luck: luck.fork(2), now: () => backing.time.now(), progress });
	let ids = 0;
	const world: World = {
		...{ seed, events, luck, vault, faults, log, logged },
		backing: isQuiet ? backing : { ...backing, items: withStaleReads(backing.items, faults) },
		turns: turnsBy(luck.fork(3)),
		ledger: openLedger(),
		destinations: listener(faults),
		lanes: [],
		outgoing: outgoing.map((sending, n) => ({ sending, tries: 0, notBefore: backing.time.now() + n * PACE_MS })),
		newId: () => `${isQuiet ? "quiet" : "made"}-${seed}-${ids++}`,
		bereaved: new Map(),
		onDeath(lane) {
			hire(lane, world);
			world.bereaved.get(lane)?.();
			world.bereaved.delete(lane);
		},
		onStep: (steps) => void (steps % 500 === 0 && onProgress?.(progress())),
		nextTickAt: 0,
	};
	const { register } = repositoriesOver({ items: backing.items, vault, now: () => new Date(backing.time.now()) });
	const applied = await applyWorkspace(() => DEFINITIONS, "chaos", { register, hash: sha256 });
	if (applied.kind !== "planned") throw new Error(`the definitions are wrong: ${JSON.stringify(applied.problems)}`);
	openLanes(world);
	return world;
}

function countingLog() {
	const logged = new Map<string, number>();
	const count = (message: string) => void logged.set(message, (logged.get(message) ?? 0) + 1);
	return { logged, log: { info: () => {}, warn: count, error: count } };
}
