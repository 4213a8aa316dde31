import { NOBODY } from "#domain/model/blocked-values.ts";
import type { ConditionNode, LeafNode } from "../condition-tree.ts";
import { sqlText } from "../sql-dialect.ts";
import type { Draft } from "./draft.ts";

/** Characters of a group's id. As in `domain/unify/accounts.ts`. */
const MAX_GROUP_ID = 500;

/** What `String.trim` takes away. */
const BLANK =
	"[\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}]";
const AROUND = `^${BLANK}+|${BLANK}+$`;
const QUOTES = "^[\"'`]+|[\"'`]+$";

type AccountNode = Extract<LeafNode, { kind: "account" }>;

/**
 * Of some account that the person is a member of (by group calls), any, all or none of the members meet the condition.
 * `meets` is over `known`; the answer too, where a table beside it says who is met.
 */
export function accountSql(
	{ users, meet }: AccountNode,
	meetsSql: (meet: ConditionNode) => string,
	draft: Draft,
): string {
	const { dialect } = draft;
	const isMet = meetsSql(meet);
	const account = draft.fact(`CASE WHEN type = 'group' THEN ${dialect.without("group_id", AROUND)} END`);
	// as `isGroupId`: blanks that stand within quotation marks are taken away, too
	const bare = dialect.without(dialect.without("lower(group_id)", QUOTES), AROUND);
	const isOne =
		`${account} IS NOT NULL AND length(group_id) <= ${MAX_GROUP_ID} ` +
		`AND ${bare} NOT IN (${[...NOBODY].map(sqlText).join(", ")}) AND NOT ${dialect.matches(bare, "[0-]*")}`;
	const members = draft.beside(`SELECT DISTINCT person, ${account} AS account FROM facts WHERE ${isOne}`);
	const asked = `SELECT members.person AS person, members.account AS account, ${isMet} AS is_met FROM ${members} AS members JOIN known ON known.person = members.person`;
	const count = "count(CASE WHEN is_met THEN 1 END)";
	const decided = { any: `${count} > 0`, all: `${count} = count(*)`, none: `${count} = 0` }[users];
	const accounts = `SELECT account FROM (${asked}) AS asked GROUP BY account HAVING ${decided}`;
	const people = draft.beside(
		`SELECT DISTINCT members.person AS person FROM ${members} AS members JOIN (${accounts}) AS accounts ON accounts.account = members.account`,
	);
	return `(known.person IN (SELECT person FROM ${people}))`;
}
