import type { ProfileId } from "#domain/model/identifier.ts";
import type { ClusterRecord } from "./ports.ts";
import type { View } from "./view.ts";

/** These and those that their records name to be brought in line, and those that these do, and so on. */
export function namedFrom(ids: readonly ProfileId[], records: View["records"]): ReadonlySet<ProfileId> {
	const named = new Set<ProfileId>();
	for (let next = ids; next.length > 0; next = freshFrom(next, records, named)) for (const id of next) named.add(id);
	return named;
}

/** Those that the records of some name and that are not known yet. */
export const freshFrom = (
	ids: readonly ProfileId[],
	records: View["records"],
	known: { has(id: ProfileId): boolean },
) => ids.flatMap((id) => waysFrom(records.get(id))).filter((id) => !known.has(id));

/** The profiles to go on with from a record: those it says are to be brought in line, or the one that it became part of. */
function waysFrom(record: ClusterRecord | undefined): readonly ProfileId[] {
	if (record?.mergedInto === undefined) return record?.unsettled ?? [];
	return [record.moved[record.id] ?? record.mergedInto];
}
