import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import type { SourcedEvent } from "#domain/model/event.ts";
import { startTutti } from "#local/server.ts";
import { cut } from "#test/support/deal.ts";
import { livesOf } from "#test/support/lives.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { until } from "../support/tutti.ts";
import { archiveOf, fillQueues } from "./replay.ts";
import { accounts, emptyFolders, everybody, type Person, send } from "./same-people.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const lives = livesOf({ seed: 2, events: 200 });

describe("the archive, replayed into an empty table", { timeout: 120_000 }, () => {
	it("gives the same profiles, identities, traits, memberships and accounts", async () => {
		const { people, groups, rows } = await lived();
		expect(Object.keys(people).length).toBeGreaterThan(10);
		expect(rows).toHaveLength(lives.length);

		const folders = emptyFolders(folder, "replayed");
		await fillQueues(folders.dataFolder, rows.toReversed());
		const tutti = await startTutti({ port: 0, ...folders });
		try {
			await tutti.idle();
			// who was in a segment before it was applied here is found by the recompute, which comes every few seconds
			const ask = () => everybody(tutti, lives);
			expect(await until(ask, (replayed) => isDeepStrictEqual(replayed, people), 30).catch(ask)).toEqual(people);
			expect(await accounts(tutti, lives)).toEqual(groups);
		} finally {
			await tutti.close();
		}
	});
});

type Lived = { people: Record<string, Person>; groups: Record<string, object>; rows: SourcedEvent[] };

/** A first server's life: who everybody is at the end, and what it kept of the events. */
async function lived(): Promise<Lived> {
	const tutti = await startTutti({ port: 0, ...emptyFolders(folder, "lived") });
	try {
		for (const batch of cut(lives, 20)) await send(tutti, batch);
		await tutti.idle();
		const [people, groups] = [await everybody(tutti, lives), await accounts(tutti, lives)];
		return { people, groups, rows: await archiveOf(tutti) };
	} finally {
		await tutti.close();
	}
}
