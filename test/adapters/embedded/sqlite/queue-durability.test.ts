import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { type EmbeddedQueue, sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { receiveOne } from "../../receiving.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("sqliteQueue, opened again", () => {
	let file: string;
	let database: Database;
	let queue: EmbeddedQueue;
	let milliseconds: number;
	const reopen = () => {
		database.close();
		open();
	};
	const open = () => {
		database = openDatabase(file);
		const now = () => new Date(milliseconds);
		queue = sqliteQueue({ database, name: "work", visibilitySeconds: 30, now });
	};
	beforeEach(() => {
		const { folder, remove } = temporaryFolder();
		file = join(folder, "tutti.db");
		milliseconds = Date.UTC(2026, 0, 1);
		open();
		return () => {
			database.close();
			remove();
		};
	});
	const bodies = async () => (await queue.receive(100)).map(({ body }) => body);

	it("gives what was in flight again at once, before what was sent later, in the order of sending", async () => {
		for (const body of ["a", "b", "c", "d"]) {
			await queue.send([{ body }]);
			milliseconds += 10;
		}
		await queue.receive(2);
		reopen();
		expect(await bodies()).toEqual(["a", "b", "c", "d"]);
	});

	it("keeps receive counts and the times of sending", async () => {
		await queue.send([{ body: "a" }]);
		const first = await receiveOne(queue);
		milliseconds += 5000;
		reopen();
		expect(await receiveOne(queue)).toMatchObject({ ...first, receiveCount: 2, receipt: expect.any(String) });
	});

	it("keeps delays: of what was sent with one, and of what was given back with one", async () => {
		await queue.send([{ body: "sent", delaySeconds: 60 }, { body: "released" }]);
		await queue.release([await receiveOne(queue)], 40);
		reopen();
		expect(await bodies()).toEqual([]);
		milliseconds += 40_000;
		expect(await bodies()).toEqual(["released"]);
		milliseconds += 20_000;
		expect(await bodies()).toEqual(["sent"]);
	});

	it("makes the receipts of the dead process void", async () => {
		await queue.send([{ body: "a" }]);
		const dead = await receiveOne(queue);
		reopen();
		const alive = await receiveOne(queue);
		await queue.delete([dead]);
		await queue.release([dead], 0);
		expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 1 });
		await queue.delete([alive]);
		expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
	});

	it("tells its listeners of what was sent and given back, not of what must wait, until they stop", async () => {
		let arrivals = 0;
		const stop = queue.onArrival(() => arrivals++);
		await queue.send([{ body: "a" }]);
		const message = await receiveOne(queue);
		await queue.release([message], 5);
		expect(arrivals).toBe(1);
		milliseconds += 5000;
		await queue.release([await receiveOne(queue)], 0);
		expect(arrivals).toBe(2);
		stop();
		await queue.send([{ body: "b" }]);
		expect(arrivals).toBe(2);
	});
});
