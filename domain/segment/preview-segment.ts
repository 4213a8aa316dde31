import type { TraitDefinition } from "#contracts/definitions/trait.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { ConditionNode } from "./condition-tree.ts";
import { looksAtAccounts } from "./looks-at-accounts.ts";
import type { Sample, Samples } from "./ports-of-preview.ts";
import { judgedSql } from "./sql/members-query.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** Members that are shown. */
const SHOWN = 20;

/** A number of people: how many there are probably, and between which bounds with 95 % certainty. */
export type Estimate = { readonly size: number; readonly low: number; readonly high: number };

/** What a segment would be like. */
export type Preview = Estimate & {
	/** Whether everybody was looked at: then the bounds are the size. */
	readonly isExact: boolean;
	/** How many people there were, and how many of them were looked at. */
	readonly people: number;
	readonly lookedAt: number;
	/** The events that were looked at were there then, ISO 8601 UTC. The condition is asked at the present moment. */
	readonly asOf: string;
	/** Some of the members, by no merit of theirs. */
	readonly members: readonly ProfileId[];
	/** How many are in another segment, too; segments that nobody looked at shares with it are left out. */
	readonly overlap: readonly (Estimate & { readonly segmentId: string })[];
};

/** A condition that is not a segment yet, and the segments there are. */
export type PreviewAsked = {
	readonly root: ConditionNode;
	readonly others: readonly { readonly id: string; readonly root: ConditionNode }[];
	readonly traits: readonly TraitDefinition[];
};

type Deps = {
	readonly sql: Pick<Sql, "query">;
	readonly samples: Pick<Samples, "current">;
	readonly dialect: SqlDialect;
	readonly now: () => Date;
};

/**
 * Looks up who would be in a segment: among all people, or among some who were drawn by lot where there are many. What other members of an
 * account decide cannot be seen from some people, so then everybody is looked at, which may take long; other segments of that
 * kind are left out of the overlap. Throws `SqlRefused` when the condition is too large for a query.
 */
export async function previewSegment(asked: PreviewAsked, deps: Deps): Promise<Preview> {
	const now = deps.now();
	const sample = looksAtAccounts(asked.root) ? undefined : await deps.samples.current();
	const others = asked.others.filter(({ root }) => sample === undefined || !looksAtAccounts(root));
	const { rows } = await deps.sql.query(
		previewQuery({ ...asked, others }, { sample, dialect: deps.dialect, now: now.getTime() }),
	);
	const [looked, members = "", met, ...shared] = rows[0] ?? [];
	const lookedAt = Number(looked ?? 0);
	const people = sample?.people ?? lookedAt;
	const estimate = estimator({ people, lookedAt, isExact: sample === undefined });
	return {
		...estimate(Number(met ?? 0)),
		isExact: sample === undefined,
		people,
		lookedAt,
		asOf: sample?.asOf ?? now.toISOString(),
		members: idsIn(members),
		overlap: others
			.map(({ id }, i) => ({ segmentId: id, both: Number(shared[i] ?? 0) }))
			.filter(({ both }) => both > 0)
			.map(({ segmentId, both }) => ({ segmentId, ...estimate(both) })),
	};
}

type Situation = { readonly sample: Sample | undefined; readonly dialect: SqlDialect; readonly now: number };

/** One row: how many people, some members, how many members, how many of them are in each other segment. */
export function previewQuery({ root, others, traits }: PreviewAsked, { sample, dialect, now }: Situation): string {
	const segments = [root, ...others.map((other) => other.root)];
	const judged = judgedSql({ segments, traits, now, dialect, ...(sample && { sample: sample.events }) });
	const counts = segments.map((_, i) => `count(CASE WHEN s0${i === 0 ? "" : ` AND s${i}`} THEN 1 END)`);
	// profile ids are hashes, so the least of them are anybody
	const some = dialect.leastOf("CASE WHEN s0 THEN person END", SHOWN);
	return `WITH ${judged}\nSELECT ${["count(*)", some, ...counts].join(", ")} FROM judged`;
}

const idsIn = (members: Json): ProfileId[] =>
	// profile ids, as the query put them together
	typeof members === "string" && members !== "" ? (members.split(",") as ProfileId[]) : [];

type Looked = { readonly people: number; readonly lookedAt: number; readonly isExact: boolean };

/** 97.5 % of all lie below so many standard deviations. */
const Z = 1.959964;

/** From how many were found to how many there are: Wilson's interval for a share, scaled. Who was found is there for sure. */
export function estimator({ people, lookedAt, isExact }: Looked): (found: number) => Estimate {
	return (found) => {
		if (isExact || lookedAt === 0) return { size: found, low: found, high: found };
		const share = found / lookedAt;
		const [middle, half] = [
			(share + Z ** 2 / (2 * lookedAt)) / (1 + Z ** 2 / lookedAt),
			(Z / (1 + Z ** 2 / lookedAt)) * Math.sqrt((share * (1 - share)) / lookedAt + Z ** 2 / (4 * lookedAt ** 2)),
		];
		return {
			size: Math.round(share * people),
			low: Math.max(found, Math.floor((middle - half) * people)),
			high: Math.min(people, Math.ceil((middle + half) * people)),
		};
	};
}
