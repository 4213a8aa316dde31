import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sqliteBus } from "#adapters/embedded/sqlite/bus.ts";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import { type BusEntry, BusRefused } from "#domain/model/ports.ts";
import { busContract } from "../../bus.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function openBus() {
	const { folder, remove } = temporaryFolder();
	const database = openDatabase(join(folder, "tutti.db"));
	const now = () => new Date();
	const queueOf = (name: string) => sqliteQueue({ database, name, visibilitySeconds: 3600, now });
	// Somebody else's rule that hears the same as one of ours.
	const rules = Object.entries({ ...RULES, "their-own": RULES["process-events"] });
	const targets = rules.map(([name, pattern]) => ({ name, pattern, queue: queueOf(name) }));
	const close = async () => {
		database.close();
		remove();
	};
	return { database, bus: sqliteBus({ database, targets, now }), targets, close };
}

const entry = (detail: unknown): BusEntry => ({ source: "tutti.collect", detailType: "EventsCollected", detail });

describe("sqliteBus", () => {
	busContract(async () => {
		const { bus, targets, close } = openBus();
		const received = new Map<RuleName, string[]>();
		return {
			bus,
			async bodiesOf(rule) {
				const bodies = received.get(rule) ?? [];
				const messages = await targets.find(({ name }) => name === rule)?.queue.receive(1000);
				received.set(rule, [...bodies, ...(messages ?? []).map(({ body }) => body)]);
				return received.get(rule) ?? [];
			},
			close,
		};
	});

	it("refuses an entry over 256 KB and publishes nothing of the call", async () => {
		const { bus, targets, close } = openBus();
		const heard: unknown[] = [];
		bus.tap((entries) => heard.push(...entries));
		const large = entry({ text: "é".repeat(128 * 1024) });
		await expect(bus.publish([entry({ text: "small" }), large])).rejects.toBeInstanceOf(BusRefused);
		for (const { queue } of targets) expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
		expect(heard).toEqual([]);
		await close();
	});

	it("gives an entry to all of its queues or, when one of them fails, to none", async () => {
		const { database, targets, close } = openBus();
		const [first, second] = targets.filter(({ pattern }) =>
			pattern.source.some((source) => source === "tutti.collect"),
		);
		if (!first || !second) throw new Error("there are too few rules");
		const failing = {
			...second.queue,
			add() {
				throw new Error("the disk is full");
			},
		};
		const bus = sqliteBus({ database, targets: [first, { ...second, queue: failing }], now: () => new Date() });
		await expect(bus.publish([entry(1)])).rejects.toThrow("the disk is full");
		expect(await first.queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
		await close();
	});

	it("wakes the queues an entry reached, and no others, and tells its taps until they stop", async () => {
		const { bus, targets, close } = openBus();
		const [heard, woken]: [BusEntry[], string[]] = [[], []];
		for (const { name, queue } of targets) queue.onArrival(() => woken.push(name));
		const stop = bus.tap((entries) => heard.push(...entries));
		await bus.publish([entry(1), { ...entry(2), detailType: "Unheard" }]);
		stop();
		await bus.publish([entry(3)]);
		expect(heard.map(({ detail }) => detail)).toEqual([1, 2]);
		expect(woken).toEqual(["process-events", "their-own", "process-events", "their-own"]);
		await close();
	});
});
