import type { Workspace } from "#domain/model/definitions.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { CompiledSegment } from "./compiled.ts";
import { memberOrderOf } from "./member-order.ts";
import type { Memberships } from "./ports.ts";
import { membersPages } from "./sql/members-pages.ts";
import { segmentsIn } from "./sql/members-query.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** Somebody and the segments he is in, by their places among those asked about. */
type Placed = { readonly profileId: ProfileId; readonly within: readonly number[] };

/** Somebody who is in other segments according to SQL than is stored. */
export type Difference = {
	readonly profileId: ProfileId;
	readonly bySql: readonly number[];
	readonly stored: readonly number[];
};

export type CompareDeps = {
	readonly sql: Pick<Sql, "pages">;
	readonly dialect: SqlDialect;
	readonly memberships: Pick<Memberships, "membersOf">;
	readonly now: () => Date;
};

/**
 * Everybody who is in other of these segments by the archive than is stored: as the archive stands now, so somebody whose
 * last events are not in it yet may be among them. Both sides come in the order of members, so neither is held in memory.
 */
export async function* compareMembers(
	segments: readonly CompiledSegment[],
	{ traits = [] }: Pick<Workspace, "traits">,
	deps: CompareDeps,
): AsyncGenerator<Difference> {
	const roots = segments.map(({ root }) => root);
	const asked = { segments: roots, traits, now: deps.now().getTime(), dialect: deps.dialect };
	const bySql = placedIn(membersPages(asked, deps.sql));
	const stored = together(segments.map(({ id }) => everyMember(id, deps.memberships)));
	for await (const [x, y] of sideBySide([bySql, stored])) {
		const difference = differenceOf(x, y);
		if (difference) yield difference;
	}
}

function differenceOf(bySql: Placed | undefined, stored: Placed | undefined): Difference | undefined {
	const [x, y] = [bySql?.within ?? [], stored?.within ?? []];
	const profileId = (bySql ?? stored)?.profileId;
	return profileId === undefined || x.join() === y.join() ? undefined : { profileId, bySql: x, stored: y };
}

async function* placedIn(pages: ReturnType<Sql["pages"]>): AsyncGenerator<Placed> {
	for await (const { rows } of pages) {
		// two columns of texts
		for (const [profileId, met] of rows) yield { profileId: profileId as ProfileId, within: segmentsIn(met as string) };
	}
}

async function* everyMember(segmentId: string, { membersOf }: CompareDeps["memberships"]): AsyncGenerator<Placed> {
	let cursor: string | undefined;
	do {
		const page = await membersOf(segmentId, { limit: 1000, ...(cursor !== undefined && { cursor }) });
		for (const { profileId } of page.members) yield { profileId, within: [0] };
		cursor = page.cursor;
	} while (cursor !== undefined);
}

/** The members of several segments, each person once. */
async function* together(lists: readonly AsyncGenerator<Placed>[]): AsyncGenerator<Placed> {
	for await (const row of sideBySide(lists)) {
		const person = row.find((one) => one !== undefined);
		const within = row.flatMap((one, place) => (one ? [place] : []));
		if (person) yield { profileId: person.profileId, within };
	}
}

/** What each list, in the order of members, says of the same person; undefined where it does not know him. */
async function* sideBySide(lists: readonly AsyncGenerator<Placed>[]): AsyncGenerator<(Placed | undefined)[]> {
	const next = lists.map(ahead);
	let heads = await Promise.all(next.map((read) => read()));
	while (heads.some((head) => head !== undefined)) {
		const first = firstOf(heads);
		const row = heads.map((head) => (head && memberOrderOf(head.profileId) === first ? head : undefined));
		yield row;
		heads = await Promise.all(heads.map(async (head, i) => (row[i] ? next[i]?.() : head)));
	}
}

const firstOf = (heads: readonly (Placed | undefined)[]): string | undefined =>
	heads.flatMap((head) => (head ? [memberOrderOf(head.profileId)] : [])).sort()[0];

/** Reads one after the other; undefined at the end. */
function ahead<T>(all: AsyncGenerator<T>): () => Promise<T | undefined> {
	return async () => {
		const { done, value } = await all.next();
		return done ? undefined : value;
	};
}
