import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { openBill } from "#adapters/meter/bill.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anEnvelope, anEvent, aPass } from "#test/functions/unify/pass.ts";
import { browserTrace, type Request } from "../cost/traces.ts";
import { itemsByThePass, openKnownPeople, takeIn, workspace } from "./units-by-size/known-people.ts";

/** What events cost the table while it knows so many people. */
export type UnitsAtSize = {
	readonly people: number;
	/** All items of the table. */
	readonly items: number;
	/** DynamoDB's request units an event. */
	readonly writeUnits: number;
	readonly readUnits: number;
};

type Options = {
	/** Events that are billed, about. */
	readonly events: number;
	readonly eventsPerSecond: number;
	/** Between the pass and the metered table. */
	readonly wrap?: (items: ItemStore) => ItemStore;
};

/** So many people come in by the pass; `test/cost/units-by-size.test.ts` holds copies of them to others who do. */
const ORIGINALS = 2000;
export const BEGUN = Date.parse("2026-01-30T12:00:00.000Z");
/** Of a billion events a month, at two a request. */
const MONTH: Options = { events: 4000, eventsPerSecond: 386 };
/** Warm copies of the pass, and what each is handed at once (`cost/batches.ts`). */
const [WORKERS, MESSAGES_A_BATCH] = [5, 100];

/**
 * Whether an event costs more the more people are known: the same browser sessions, with new visitors and logins, over the same table
 * with more and more strangers in it. Some came in by the pass (one in twenty signed in, with two devices; one in ten is in a segment with a
 * window), the others are copies of their items under other ids.
 */
export async function benchUnitsBySize(
	sizes: readonly number[] = [10_000, 100_000, 1_000_000],
	options: Options = MONTH,
): Promise<UnitsAtSize[]> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-units-by-size-"));
	const fileOf = (name: string) => join(folder, `${name}.sqlite`);
	const count = Math.min(ORIGINALS, ...sizes);
	const rows = await itemsByThePass({ from: 0, count }, fileOf("originals"), BEGUN);
	const known = openKnownPeople(fileOf("people"), { count, rows });
	const { before, requests } = browserTrace({ ...options, eventsPerRequest: 2 });
	try {
		await takeIn(before.flatMap(eventsIn), known.database, BEGUN);
		const figures: UnitsAtSize[] = [];
		for (const people of sizes.toSorted((x, y) => x - y)) {
			known.growTo(people);
			await known.look();
			known.copyTo(fileOf("copy"));
			figures.push({
				people,
				items: known.items(),
				...(await unitsOver(fileOf("copy"), requests.map(eventsIn), options)),
			});
			rmSync(fileOf("copy"));
		}
		return figures;
	} finally {
		known.close();
		rmSync(folder, { recursive: true });
	}
}

/** By how much units an event differ from those at the smallest size, at most, reads and writes each by themselves; 0.02 is two in a hundred. */
export function largestDifference([smallest, ...larger]: readonly UnitsAtSize[]): number {
	if (!smallest || larger.length === 0) throw new Error("one size alone differs from nothing");
	const by = (unit: "writeUnits" | "readUnits") => larger.map((each) => Math.abs(each[unit] / smallest[unit] - 1));
	return Math.max(...by("writeUnits"), ...by("readUnits"));
}

/** Each request an envelope, dealt out to the workers in turn, who have just started. */
async function unitsOver(file: string, requests: readonly CollectedEvent[][], { wrap = (items) => items }: Options) {
	const database = openDatabase(file);
	const [bill, clock] = [openBill(), { at: BEGUN }];
	const now = () => new Date(clock.at);
	const items = wrap(meteredItemStore(sqliteItemStore({ database, now }), bill.add));
	const workers = Array.from({ length: WORKERS }, () => aPass({ workspace, wrap: () => items, now }));
	try {
		for (let from = 0; from < requests.length; from += WORKERS * MESSAGES_A_BATCH) {
			const some = requests.slice(from, from + WORKERS * MESSAGES_A_BATCH);
			clock.at = Math.max(...some.flat().map(({ receivedAt }) => Date.parse(receivedAt)));
			for (const [nth, worker] of workers.entries()) {
				const batch = some.filter((_, i) => i % WORKERS === nth).map((events) => anEnvelope(events));
				if (batch.length > 0 && (await worker.take(...batch)).length > 0) throw new Error("events came again");
			}
		}
		const [{ writeUnits, readUnits, writeUnitsOf }, { length }] = [bill.sum(), requests.flat()];
		if (writeUnitsOf.QUA) throw new Error("events were set aside that were to be measured");
		return { writeUnits: writeUnits / length, readUnits: readUnits / length };
	} finally {
		for (const worker of workers) worker.close();
		database.close();
	}
}

/** As the collector would hand them on. */
const eventsIn = ({ at, messages }: Request): CollectedEvent[] => {
	const time = new Date(BEGUN + at).toISOString();
	return messages.map((message) => anEvent({ ...(message as Partial<CollectedEvent>), at: time, receivedAt: time }));
};
