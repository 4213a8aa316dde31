import { peopleSlice } from "#domain/model/people-slices.ts";
import type { Sql, SqlResult } from "#domain/model/ports.ts";
import { looksAtAccounts } from "../looks-at-accounts.ts";
import { COUNT_PEOPLE } from "../people-query.ts";
import { type MembersAsked, membersQuery, type PeopleSlice } from "./members-query.ts";

/**
 * The rows of `membersQuery`, page by page in the order of members: in one query, or one after the other for as many people each as
 * the engine has memory for. Where a condition looks at accounts it is always one.
 */
export async function* membersPages(asked: MembersAsked, sql: Pick<Sql, "pages">): AsyncGenerator<SqlResult> {
	const { peopleAtOnce } = asked.dialect;
	const isWhole = !Number.isFinite(peopleAtOnce) || asked.segments.some(looksAtAccounts);
	const slices = isWhole ? [{}] : slicesOf(await countPeople(sql), peopleAtOnce);
	for (const people of slices) yield* sql.pages(membersQuery({ ...asked, people }));
}

async function countPeople(sql: Pick<Sql, "pages">): Promise<number> {
	for await (const { rows } of sql.pages(COUNT_PEOPLE)) return Number(rows[0]?.[0] ?? 0);
	return 0;
}

const DIGITS = "0123456789abcdef";

/** Parts of about equal size that follow one another in the order of members: by the last digit, then whole. */
export function slicesOf(people: number, atOnce: number): readonly PeopleSlice[] {
	const parts = Math.ceil(people / atOnce);
	if (!(parts > 1)) return [{}];
	const digits = [8, 4, 2, 1].find((each) => DIGITS.length / each >= parts) ?? 1;
	const perDigit = Math.ceil(parts / DIGITS.length);
	return Array.from({ length: DIGITS.length / digits }, (_, i) => DIGITS.slice(i * digits, (i + 1) * digits)).flatMap(
		(lastDigits) => Array.from({ length: perDigit }, (_, i) => ({ lastDigits, ...peopleSlice(i, perDigit) })),
	);
}
