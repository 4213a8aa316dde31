import type { NamedEvent } from "#contracts/definitions/condition.ts";
import { sqlText, sqlTimestamp } from "../sql-dialect.ts";
import { compareSql } from "./compare-sql.ts";
import type { Draft } from "./draft.ts";
import type { Root } from "./facts-sql.ts";

type Events = NamedEvent & { readonly since?: string | undefined; readonly until?: string | undefined };

/** The column of `facts` that says whether a row is a track event of a name that meets conditions, on certain days. */
export function eventSql({ event, where, since, until }: Events, draft: Draft): string {
	return draft.fact(
		[
			`event = ${sqlText(event)}`,
			...whereSql({ event, where }, draft),
			...(since === undefined ? [] : [`happened_at >= ${startOf(since)}`]),
			...(until === undefined ? [] : [`happened_at < ${startOf(until)}`]),
		].join(" AND "),
	);
}

/** Conditions on the fields of a row that is a track event of a name. */
export const whereSql = ({ event, where }: NamedEvent, draft: Draft): string[] =>
	where.map(({ path, is }) => compareSql(fieldSql(path, event, draft), is, draft.env));

/** The column of `facts` with what stands at a path such as `properties.total`. */
export function fieldSql(path: string, event: string, draft: Draft): string {
	const [root, ...steps] = path.split(".");
	return draft.field(root as Root, steps, { event }); // the schemas let no other root through
}

const startOf = (day: string): string => sqlTimestamp(`${day}T00:00:00.000Z`);

/** A moment (ms) as SQL writes it. What is before the year 1 or after 9999 is at its border: no event is beyond. */
export function momentLiteral(ms: number): string {
	const within = Math.min(Math.max(ms, -62_135_596_800_000), 253_402_300_799_999);
	return sqlTimestamp(new Date(within).toISOString());
}
