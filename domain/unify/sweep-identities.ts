import type { Definitions } from "#domain/model/definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { inSlice, peopleSlice } from "#domain/model/people-slices.ts";
import type { Sql } from "#domain/model/ports.ts";
import { planSweep, type Sweep, type SweepTimes } from "./plan-sweep.ts";

/** Where sweeps write down how far they are. */
export interface Sweeps {
	last(): Promise<Sweep | undefined>;
	/** Takes the place of the version before; refused when another did so first. */
	save(sweep: Sweep): Promise<"saved" | "refused">;
}

export type SweepDeps = {
	readonly definitions: Definitions;
	readonly sweeps: Sweeps;
	readonly sql: Sql;
	/** Resolves some identifiers under the rules in force, and brings all that follows from it in line. */
	readonly resolve: (seedIds: readonly SeedId[]) => Promise<Pick<Sweep, "written" | "tooLarge">>;
	readonly now: () => Date;
	readonly times: SweepTimes;
	/** How many identifiers one query answers, about. */
	readonly idsPerSlice: number;
};

/**
 * What an invocation did: `idle` there was nothing to do or somebody else is at it, `stopped` its time was over or the
 * rules have changed again and the next one goes on, `done` it came to the end. With what the whole sweep did so far.
 */
export type Swept = { readonly kind: "idle" } | ({ readonly kind: "stopped" | "done" } & Omit<Sweep, "isOver">);

/** So many identifiers are resolved between two looks at the clock; what is done is written down after them. */
const AT_A_TIME = 256;

/** Every identifier that an event was put under, or that ever was one person with another. */
const EVERYBODY = "(SELECT seed_id FROM events UNION SELECT seed_id FROM identities) everybody";
const sizeQuery = `SELECT count(*) AS identifiers FROM ${EVERYBODY} WHERE seed_id IS NOT NULL`;

/**
 * After the identity rules have changed, brings everybody under the new ones: those too of whom no event comes any more.
 * It goes through slices of all identifiers and writes down how far it is, so an invocation that stops or dies is taken up
 * by the next; only one works at a time. Safe to run again: who is resolved under these rules already stays as he is.
 */
export async function sweepIdentities(deps: SweepDeps): Promise<Swept> {
	const started = await begin(deps);
	if (!started) return { kind: "idle" };
	const end = deps.now().getTime() + deps.times.budgetSeconds * 1000;
	const mustStop = async () => deps.now().getTime() >= end || (await rulesInForce(deps)) !== started.rules;

	let sweep = started;
	try {
		for await (const step of stepsFrom(started, deps)) {
			const next = { ...step, version: sweep.version + 1 };
			if ((await deps.sweeps.save(next)) === "refused") return swept("stopped", sweep);
			sweep = next;
			if (await mustStop()) break;
		}
		return swept(sweep.isOver ? "done" : "stopped", sweep);
	} finally {
		// given back, so that the next invocation need not wait; if somebody has taken over it is not ours to give
		await deps.sweeps.save({ ...sweep, version: sweep.version + 1, leasedUntil: deps.now().toISOString() });
	}
}

const swept = (kind: "stopped" | "done", { isOver: _, ...sweep }: Sweep): Swept => ({ kind, ...sweep });

const rulesInForce = async ({ definitions }: Pick<SweepDeps, "definitions">): Promise<number> =>
	(await definitions.current()).identity.version ?? 0;

/** The sweep this invocation has to itself; undefined when there is none. */
async function begin({ definitions, sweeps, now, times }: SweepDeps): Promise<Sweep | undefined> {
	const { identity } = await definitions.current();
	const sweep = planSweep({ last: await sweeps.last(), rules: identity, now: now() }, times);
	return sweep && (await sweeps.save(sweep)) === "saved" ? sweep : undefined;
}

/** How far the sweep is after each piece of work, until it is over. */
async function* stepsFrom(sweep: Sweep, deps: SweepDeps): AsyncGenerator<Sweep> {
	let at = sweep;
	if (at.slices === 0) {
		const identifiers = Number((await deps.sql.query(sizeQuery)).rows[0]?.[0] ?? 0);
		at = { ...at, slices: Math.max(1, Math.ceil(identifiers / deps.idsPerSlice)), isOver: identifiers === 0 };
		yield at;
	}
	while (!at.isOver) {
		for await (const step of throughSlice(at, deps)) {
			at = step;
			yield at;
		}
	}
}

/** Resolves the rest of a slice, some identifiers at a time, and then is at the next. */
async function* throughSlice(sweep: Sweep, { sql, resolve }: SweepDeps): AsyncGenerator<Sweep> {
	const { slice, slices, after } = sweep;
	const part = inSlice({ ...peopleSlice(slice, slices), ...(after !== undefined && { after }) });
	const { rows } = await sql.query(`SELECT seed_id FROM ${EVERYBODY} WHERE ${part} ORDER BY seed_id`);
	const ids = rows.map(([seedId]) => seedId as SeedId); // a column of texts
	let at = sweep;
	for (let i = 0; i < ids.length; i += AT_A_TIME) {
		const some = ids.slice(i, i + AT_A_TIME);
		const { written, tooLarge } = await resolve(some);
		const counts = { looked: at.looked + some.length, written: at.written + written, tooLarge: at.tooLarge + tooLarge };
		at = { ...at, ...counts, after: some.at(-1) ?? "" };
		yield at;
	}
	const { after: _, ...rest } = at;
	yield { ...rest, slice: slice + 1, isOver: slice + 1 >= slices };
}
