import type { Workspace } from "#domain/model/definitions.ts";

/**
 * How far everybody is resolved again under changed rules. It goes through all identifiers in slices of about equal size,
 * so that it can stop and go on.
 */
export type Sweep = {
	/** Grows with every write: the condition of the next. */
	readonly version: number;
	/** The version of the identity rules that everybody is brought under. */
	readonly rules: number;
	/** When it began, ISO 8601 UTC. */
	readonly startedAt: string;
	readonly isOver: boolean;
	/** How many slices there are (0 until they are counted), which one is next, and the last identifier of it that is done. */
	readonly slices: number;
	readonly slice: number;
	readonly after?: string;
	/** Identifiers looked at; clusters that changed; identifiers with too much around them to be decided at once. */
	readonly looked: number;
	readonly written: number;
	readonly tooLarge: number;
	/** Nobody else takes part until then, ISO 8601 UTC; whoever stops early gives it back. */
	readonly leasedUntil: string;
};

export type SweepTimes = {
	/** After this time whatever was received is in the archive, from which the identifiers are read. */
	readonly settledSeconds: number;
	/** After this time every function knows what was applied: nobody decides by older rules any more. */
	readonly knownAfterSeconds: number;
	/** How long one invocation may work. */
	readonly budgetSeconds: number;
};

type Situation = {
	readonly last: Sweep | undefined;
	readonly rules: Pick<Workspace["identity"], "version" | "appliedAt">;
	readonly now: Date;
};

/** A lease ends some time after the work must have stopped: whoever holds it may be slow to write that down. */
const LEASE_MARGIN_SECONDS = 120;

/**
 * The sweep to take part in: the one that was left, or a new one when other rules are in force than everybody was brought
 * under last. Undefined when there is nothing to do, when it is too early, or when somebody else is at it. A sweep under
 * rules that have changed again is not gone on with.
 */
export function planSweep({ last, rules, now }: Situation, times: SweepTimes): Sweep | undefined {
	const { version: wanted = 0, appliedAt } = rules;
	const isUnderWay = last !== undefined && !last.isOver;
	if (isUnderWay && last.leasedUntil > now.toISOString()) return undefined;
	if (!isUnderWay && wanted === (last?.rules ?? 0)) return undefined;

	const version = (last?.version ?? 0) + 1;
	const leasedUntil = secondsAfter(now, times.budgetSeconds + LEASE_MARGIN_SECONDS);
	if (isUnderWay && last.rules === wanted) return { ...last, version, leasedUntil };

	const seconds = Math.max(times.settledSeconds, times.knownAfterSeconds);
	const isEarly = appliedAt !== undefined && secondsAfter(new Date(appliedAt), seconds) > now.toISOString();
	if (isEarly) return undefined;
	const nothing = { looked: 0, written: 0, tooLarge: 0 };
	const startedAt = now.toISOString();
	return { version, rules: wanted, startedAt, isOver: false, slices: 0, slice: 0, ...nothing, leasedUntil };
}

const secondsAfter = (from: Date, seconds: number): string => new Date(from.getTime() + seconds * 1000).toISOString();
