import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { archivedEvent } from "#adapters/aws/athena/archived-event.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { openDataFolder } from "#local/data-folder.ts";
import { startTutti } from "#local/server.ts";
import { openStores } from "#local/stores.ts";
import { cut } from "#test/support/deal.ts";
import { livesOf } from "#test/support/lives.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { until } from "../support/tutti.ts";
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

async function archiveOf({ url, adminToken }: { url: string; adminToken: string }): Promise<SourcedEvent[]> {
	const answer = await fetch(`${url}/v1/query`, {
		method: "POST",
		headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
		body: JSON.stringify({ sql: "SELECT * FROM events ORDER BY message_id" }),
	});
	const { columns, rows } = (await answer.json()) as { columns: { name: string }[]; rows: string[][] };
	return rows.map((row) => archivedEvent(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))));
}

/** Puts events on the bus of a server that does not run yet, as the collector would: it begins with them. */
async function fillQueues(dataFolder: string, rows: readonly SourcedEvent[]): Promise<void> {
	const now = () => new Date();
	const stores = await openStores({ folder: openDataFolder(dataFolder), env: {}, ownUrl: () => "", now });
	const entries = cut(rows, 50).map((some, n) => ({
		source: "tutti.collect",
		detailType: "EventsCollected",
		detail: {
			version: 1,
			batchId: `replay-${n}`,
			source: "server",
			receivedAt: now().toISOString(),
			types: [...new Set(some.map(({ type }) => type))],
			names: [...new Set(some.flatMap(({ event }) => event ?? []))],
			events: some.map(({ source: _, ...event }) => event),
		},
	}));
	await stores.bus.publish(entries);
	await stores.close();
}
