import type { Caller } from "./turns.ts";
import { openWorker, type Worker } from "./worker.ts";
import type { Lane, Role, World } from "./world.ts";

/** How many copies of each run at once. */
const COPIES: Readonly<Record<Role, number>> = {
	"receive-events": 4,
	"process-events": 3,
	"store-identities": 1,
	"route-deliveries": 2,
	deliver: 3,
	"publish-changes": 2,
	"tick-segments": 1,
};

const MINUTE_MS = 60_000;

/** Puts a new worker into the lane, with a memory of its own and often a wrong clock. */
export function hire(lane: Lane, world: World): void {
	lane.worker = aWorker(lane, world);
	lane.busy = false;
}

function aWorker(lane: Lane, world: World): Worker {
	const { faults, luck } = world;
	const caller: Caller = { name: lane.role, isDead: false };
	let skewMs = 0;
	if (faults.happens("worker-clock", 40)) {
		faults.count("worker-clock", lane.role);
		skewMs = luck.between(-4 * MINUTE_MS, 4 * MINUTE_MS);
	}
	return openWorker({
		...world,
		skewMs,
		around: { turns: world.turns, faults, caller, onDeath: () => world.onDeath(lane) },
	});
}

/** All lanes of a world, each with its first worker. */
export function openLanes(world: World): void {
	for (const [role, copies] of Object.entries(COPIES) as [Role, number][]) {
		for (let copy = 0; copy < copies; copy++) {
			// `hire` gives it its worker before anybody looks
			const lane = { role, busy: false } as Lane;
			hire(lane, world);
			world.lanes.push(lane);
		}
	}
}
