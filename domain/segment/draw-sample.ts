import { SAMPLE_COLUMNS } from "#contracts/archive/sampled-events.ts";
import { WENT_ON } from "#domain/model/archive-rows.ts";
import type { Sql } from "#domain/model/ports.ts";
import { COUNT_PEOPLE } from "./people-query.ts";
import type { Samples } from "./ports-of-preview.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** So many people are looked at one and all; of more, some are drawn. */
const LOOKED_AT_ALL = 20_000;
/** A share of half of them is then known to one per cent: 1.96 · √(0.25 / 10,000). */
export const DRAWN = 10_000;

type Deps = {
	readonly sql: Pick<Sql, "query">;
	readonly samples: Samples;
	readonly dialect: SqlDialect;
	readonly now: () => Date;
};

/** How many people there are, and how many of them were drawn, as near as the lot comes to it; 0: all can be looked at. */
export type SampleDrawn = { readonly people: number; readonly drawn: number };

/**
 * Draws people anew, with all their events, for previews to look at; where there are few people it draws none. A person's lot
 * is the hash of the profile id, so much the same people are drawn each time. Safe to run again.
 */
export async function drawSample({ sql, samples, dialect, now }: Deps): Promise<SampleDrawn> {
	const asOf = now().toISOString();
	const people = Number((await sql.query(COUNT_PEOPLE)).rows[0]?.[0] ?? 0);
	if (people <= LOOKED_AT_ALL) {
		await samples.forget();
		return { people, drawn: 0 };
	}
	const share = DRAWN / people;
	await samples.draw({ rows: sampleQuery(share, dialect), about: { asOf, people, share } });
	return { people, drawn: Math.round(share * people) };
}

/** The events of a share of all people that went on to profiles, in no order: rows of `SAMPLE_COLUMNS`. */
export function sampleQuery(share: number, dialect: SqlDialect): string {
	const person = "coalesce(i.profile_id, e.seed_id)";
	const [, ...columns] = SAMPLE_COLUMNS.map(({ name }) => `e."${name}"`);
	return (
		`SELECT ${person} AS profile_id, ${columns.join(", ")} FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id ` +
		`WHERE e.seed_id IS NOT NULL AND e.${WENT_ON} AND ${dialect.hashBits(person, 8)} < ${Math.floor(share * 2 ** 32)}`
	);
}
