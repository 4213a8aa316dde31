import { afterAll, describe, expect, it } from "vitest";
import { chance } from "#demo/random.ts";
import { startTutti, type Tutti } from "#local/server.ts";
import { cut, dealt } from "#test/support/deal.ts";
import { livesOf } from "#test/support/lives.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { archiveOf, fillQueues } from "./replay.ts";
import { emptyFolders, everybody, send } from "./same-people.ts";
import { allJudged, entries, members, membersBySql, writeTimed } from "./timed-segments.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** Half an hour after the last event of these lives. */
const NIGHT = Date.UTC(2026, 0, 11, 2, 5);
const HOUR = 3_600_000;
const lives = livesOf({ seed: 3, events: 260 });

describe("a day that is replayed", { timeout: 180_000 }, () => {
	it("changes no profile, no computed trait and no membership, on the same day and when the ring has forgotten it", async () => {
		const folders = emptyFolders(folder, "day");
		writeTimed(folders.workspaceFolder);
		let at = NIGHT - HOUR;
		const start = () => startTutti({ port: 0, ...folders, now: () => new Date(at) });
		const seen = async (tutti: Tutti) => {
			await tutti.idle();
			await allJudged(tutti);
			await tutti.idle();
			return { people: await everybody(tutti, lives), entries: await entries(tutti) };
		};

		let tutti = await start();
		at = NIGHT;
		await allJudged(tutti);
		for (const batch of cut(lives, 20)) await send(tutti, batch);
		await tutti.idle();
		at += 5 * 60_000;
		const first = await seen(tutti);
		expect(Object.keys(first.entries["bought-since-yesterday"] ?? {}).length).toBeGreaterThan(2);
		for (const batch of cut(dealt(lives, chance(7)), 13)) await send(tutti, batch);
		expect(await seen(tutti)).toEqual(first);
		const rows = await archiveOf(tutti);

		// a day and six hours later time has moved some
		at += 30 * HOUR;
		const before = await seen(tutti);
		expect(before).not.toEqual(first);
		expect(
			Object.values(before.people).filter(({ traits }) => "spent_lately" in (traits ?? {})).length,
		).toBeGreaterThan(2);
		await tutti.close();

		await fillQueues(folders.dataFolder, rows.toReversed(), () => new Date(at));
		tutti = await start();
		try {
			expect(await seen(tutti)).toEqual(before);
			expect(await members(tutti)).toEqual(await membersBySql(tutti, new Date(at)));
		} finally {
			await tutti.close();
		}
	});
});
