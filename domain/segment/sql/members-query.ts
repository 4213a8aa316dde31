import type { TraitDefinition } from "#contracts/definitions/trait.ts";
import { WENT_ON } from "#domain/model/archive-rows.ts";
import type { ConditionNode } from "../condition-tree.ts";
import { inMemberOrder } from "../member-order.ts";
import type { SqlDialect } from "../sql-dialect.ts";
import { sqlText } from "../sql-dialect.ts";
import { Draft } from "./draft.ts";
import { nodeSql } from "./node-sql.ts";

/** A part of all people: by the last digits of their profile ids, and from `from` (inclusive) up to, not including, `before`. */
export type PeopleSlice = { readonly lastDigits?: string; readonly from?: string; readonly before?: string };

/** Whose memberships are asked for, and by what. */
export type MembersAsked = {
	/** The conditions of each segment. */
	readonly segments: readonly ConditionNode[];
	/** The definitions of traits in force. */
	readonly traits: readonly TraitDefinition[];
	/** The moment, ms since 1970. */
	readonly now: number;
	readonly dialect: SqlDialect;
	/** @default everybody; nobody may be left out where a condition looks at accounts: other members decide it */
	readonly people?: PeopleSlice;
	/** A table of events with the profile id of each as `profile_id`. @default all events of the archive, joined to people as they are now */
	readonly sample?: string;
};

/**
 * The parts of a WITH that end in the table `judged`: a row for each person with an event that has a usable identifier, `person` (the
 * profile id) and for each segment in their order a column `s0`, `s1` … that is true or false. README.md says what each
 * condition means.
 */
export function judgedSql(asked: MembersAsked): string {
	const { segments, traits, now, dialect } = asked;
	const draft = new Draft({ traits, now, dialect, events: eventsSql(asked) });
	const columns = segments.map((root, i) => `${nodeSql(root, draft)} AS s${i}`);
	const judged = `judged AS (SELECT ${["person", ...columns].join(", ")} FROM known)`;
	return [...draft.layers(), judged].join(",\n");
}

/** Everybody who is in one of the segments at least: rows of profile id and, for each segment, `1` or `0` in one text; in the order in which `Memberships.membersOf` lists members. */
export function membersQuery(asked: MembersAsked): string {
	const names = asked.segments.map((_, i) => `s${i}`);
	const met = names.map((name) => `CASE WHEN ${name} THEN '1' ELSE '0' END`).join(" || ");
	return (
		`WITH ${judgedSql(asked)}\n` +
		`SELECT person AS profile_id, ${met} AS met FROM judged WHERE ${names.join(" OR ")} ORDER BY ${inMemberOrder("person")}`
	);
}

/** The places of the segments that a row of `membersQuery` says the person is in. */
export const segmentsIn = (met: string): number[] => met.split("").flatMap((digit, i) => (digit === "1" ? [i] : []));

/** Athena takes queries of 256 KB. In characters, most of which are one byte. */
const LONGEST = 200_000;

/** The segments in as few groups as queries can hold, in their order. */
export function inQueries<Segment>(
	segments: readonly Segment[],
	queryOf: (some: readonly Segment[]) => string,
): readonly (readonly Segment[])[] {
	if (segments.length <= 1 || queryOf(segments).length <= LONGEST) return segments.length > 0 ? [segments] : [];
	const half = Math.ceil(segments.length / 2);
	return [...inQueries(segments.slice(0, half), queryOf), ...inQueries(segments.slice(half), queryOf)];
}

function eventsSql({ people = {}, sample }: MembersAsked): string {
	const person = sample === undefined ? "coalesce(identities.profile_id, events.seed_id)" : "events.profile_id";
	const from =
		sample === undefined ? "events LEFT JOIN identities ON identities.seed_id = events.seed_id" : `${sample} AS events`;
	const conditions = [
		"events.seed_id IS NOT NULL",
		...(sample === undefined ? [`events.${WENT_ON}`] : []),
		...(people.lastDigits === undefined
			? []
			: [`strpos(${sqlText(people.lastDigits)}, substr(${person}, length(${person}))) > 0`]),
		...(people.from === undefined ? [] : [`${person} >= ${sqlText(people.from)}`]),
		...(people.before === undefined ? [] : [`${person} < ${sqlText(people.before)}`]),
	];
	return `(SELECT ${person} AS person, events.* FROM ${from} WHERE ${conditions.join(" AND ")})`;
}
