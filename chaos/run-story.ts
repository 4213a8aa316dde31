import { type Backing, embeddedBacking } from "./backing.ts";
import { checkArchive } from "./check/archive.ts";
import type { Finding } from "./check/finding.ts";
import { checkNews, checkRefused, type Told } from "./check/news.ts";
import { checkAgainstQuiet, checkPeople } from "./check/people.ts";
import { type Snapshot, snapshotOf } from "./check/snapshot.ts";
import type { Tally } from "./faults.ts";
import type { Known } from "./ledger.ts";
import { openWorld } from "./open-world.ts";
import { quietWorld } from "./quiet.ts";
import { tell } from "./story.ts";
import type { World } from "./world.ts";

/** All that happens in a story lies between this moment and some hours later; the people's lives are of the day before. */
const BEGINS_AT = Date.UTC(2026, 0, 11, 4);
/** Time that passes at the end, so that time alone moves some. */
const LATER_MS = 2 * 60 * 60_000;

export type StoryReport = {
	readonly seed: number;
	readonly tally: Tally;
	readonly answers: ReadonlyMap<string, number>;
	/** How many events the senders know this of. */
	readonly events: Readonly<Record<Known, number>>;
	readonly logged: ReadonlyMap<string, number>;
	readonly people: number;
	readonly findings: readonly Finding[];
};

export type StoryOptions = {
	readonly seed: number;
	readonly events: number;
	/** @default SQLite and files */
	readonly open?: (beginsAt: number) => Promise<Backing>;
	readonly onProgress?: (share: number) => void;
};

/** A world whose story is over, what came of it, and what a quiet one made of the same events. */
export type Lived<Of extends Judged = World> = {
	readonly world: Of;
	readonly found: Snapshot;
	readonly quiet: Snapshot;
};

/** What of a world is looked at when it is over. */
export type Judged = Told & Pick<World, "vault" | "ledger">;

/** Tells the story of a seed, in which everything goes wrong, to its end. */
export async function live({ seed, events, open = embeddedBacking, onProgress }: StoryOptions): Promise<Lived> {
	const backing = await open(BEGINS_AT);
	try {
		const world = await openWorld({ seed, events, backing, ...(onProgress && { onProgress }) });
		await tell(world);
		await backing.time.pass(LATER_MS);
		await tell(world);
		const found = await snapshotOf(world);
		return { world, found, quiet: await quietWorld(found.events, seed, backing.time.now()) };
	} finally {
		await backing.close();
	}
}

/** Proves what came of a story from what the senders know. */
export const judge = ({ world, found, quiet }: Lived<Judged>): readonly Finding[] => [
	...checkArchive(world, found),
	...checkPeople(world, found),
	...checkAgainstQuiet(found, quiet),
	...checkNews(world, found),
	checkRefused(world, found),
];

export async function runStory(options: StoryOptions): Promise<StoryReport> {
	const lived = await live(options);
	const { seed, ledger, faults, logged } = lived.world;
	const count = (known: Known) => ledger.of(known).size;
	return {
		seed,
		tally: faults.tally,
		answers: ledger.answers,
		events: { accepted: count("accepted"), refused: count("refused"), unsure: count("unsure") },
		logged,
		people: lived.found.people.size,
		findings: judge(lived),
	};
}
