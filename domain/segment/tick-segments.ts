import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { CompiledSegments } from "./compiled.ts";
import { inGroups } from "./in-groups.ts";
import { MINUTES_READ_AGAIN } from "./plan-look.ts";
import type { DueLook, DueLooks, TickProgress } from "./ports.ts";
import { type UpdateDeps, updateMemberships } from "./update-memberships.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Progress of less than this is written down with the next. */
const WORTH_A_WRITE_MS = 30_000;

/** So many looks are taken between two glances at the clock. */
const AT_A_TIME = 256;

/** After a look failed n times the next try is so many minutes later: 1, 2, 4 … 64. */
const FURTHEST_DOUBLING = 6;

export type TickDeps = UpdateDeps & {
	readonly definitions: Definitions;
	readonly compile: (workspace: Workspace) => CompiledSegments;
	readonly looks: DueLooks;
	/** How long one invocation may work. It ends a little later: those whose turn it is are finished. */
	readonly budgetSeconds: number;
	/** Told of a profile that could not be looked at. */
	readonly onFailed: (profileId: ProfileId, error: unknown) => void;
};

/**
 * What an invocation did: how many profiles it looked at, how many entered or exited something, how many looks failed and were
 * put off. `behindSeconds`: for how long the first look that it did not come to has been due; 0 when it came to all.
 */
export type Ticked = {
	readonly looked: number;
	readonly transitions: number;
	readonly failed: number;
	readonly behindSeconds: number;
};

/**
 * Looks at everybody whose segments time alone may have changed by now, so that people leave when they should and not when
 * their next event comes. It reads the hours from where the last one left off up to now, and for some minutes the
 * hour before again, for somebody may write a look down a little late. Where none has left anything it begins when the oldest
 * definition of a segment was applied, before which nobody can have planned a look: whoever switches the clock on days
 * late loses nobody. Never all of the table: no more than those who are due.
 *
 * Safe to run twice, and beside others: a look that is taken is decided as everything is (`updateMemberships`), and goes
 * only after that, and only as it was read. So a crash in between only has it taken again. A look that fails is put off,
 * longer each time, and holds up no other.
 */
export async function tickSegments(deps: TickDeps): Promise<Ticked> {
	const startedAt = deps.now().getTime();
	const last = await deps.looks.progress();
	const thisHour = Math.floor(startedAt / HOUR_MS);
	const still = Math.floor((startedAt - MINUTES_READ_AGAIN * MINUTE_MS) / HOUR_MS);
	const counts = { looked: 0, transitions: 0, failed: 0 };

	let hour = Math.min(last?.from ?? (await firstHour(deps)), still);
	let left: number | undefined;
	while (hour <= thisHour && left === undefined) {
		left = await goThrough(hour, { deps, startedAt, counts });
		if (left === undefined) hour++;
	}
	const isDone = left === undefined;
	await saveProgress(last, { from: Math.min(hour, still), ...(isDone && { upTo: startedAt }) }, deps);
	return { ...counts, behindSeconds: left === undefined ? 0 : Math.max(1, Math.round((startedAt - left) / 1000)) };
}

/** The hour in which the oldest definition in force was applied; without one nobody is due. */
async function firstHour({ definitions }: TickDeps): Promise<number> {
	const { segments } = await definitions.current();
	const applied = segments.map(({ appliedAt }) => Math.floor(Date.parse(appliedAt) / HOUR_MS));
	return Math.min(...applied.filter((hour) => !Number.isNaN(hour)), Number.POSITIVE_INFINITY);
}

/**
 * Whoever comes second leaves it: what the first wrote down was true as well. Where a clock ticks every second most of it is
 * not worth a write.
 */
async function saveProgress(
	last: TickProgress | undefined,
	{ from, upTo }: { readonly from: number; readonly upTo?: number },
	{ looks }: TickDeps,
): Promise<void> {
	const isNear = upTo === undefined || upTo - Date.parse(last?.lookedUpTo ?? "") < WORTH_A_WRITE_MS;
	if (last?.from === from && isNear) return;
	const lookedUpTo = upTo === undefined ? last?.lookedUpTo : new Date(upTo).toISOString();
	const version = (last?.version ?? 0) + 1;
	await looks.saveProgress({ version, from, ...(lookedUpTo !== undefined && { lookedUpTo }) });
}

type Tick = {
	readonly deps: TickDeps;
	/** The moment up to which looks are due, ms. */
	readonly startedAt: number;
	readonly counts: { looked: number; transitions: number; failed: number };
};

/** Takes the looks of an hour that are due. When time is over before the end, it answers when one was due that is left (ms). */
async function goThrough(hour: number, tick: Tick): Promise<number | undefined> {
	const { deps, startedAt } = tick;
	for await (const some of inGroups(deps.looks.inHour(hour, startedAt), AT_A_TIME)) {
		if (deps.now().getTime() >= startedAt + deps.budgetSeconds * 1000) return some[0]?.at ?? startedAt;
		const due = Map.groupBy(some, ({ profileId }) => profileId);
		const compiled = deps.compile(await deps.definitions.current());
		await inParallel([...due], ([profileId, looks]) => look(profileId, looks, { ...tick, compiled }));
	}
	return undefined;
}

async function look(
	profileId: ProfileId,
	looks: readonly DueLook[],
	{ deps, startedAt, counts, compiled }: Tick & { readonly compiled: CompiledSegments },
): Promise<void> {
	counts.looked++;
	try {
		const written = await updateMemberships({ profileId, compiled, causeIn: () => ({ kind: "time" }) }, deps);
		counts.transitions += written.length;
		for (const each of looks) await deps.looks.taken(each);
	} catch (error) {
		counts.failed++;
		deps.onFailed(profileId, error);
		for (const each of looks) await deps.looks.putOff(each, startedAt + minutesToWait(each) * MINUTE_MS);
	}
}

const minutesToWait = ({ tries }: DueLook): number => 2 ** Math.min(tries, FURTHEST_DOUBLING);
