import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ClusterRecord } from "./ports.ts";
import type { Redrawing } from "./redrawing.ts";
import { ChangedWhileRead, follow, type Way } from "./view.ts";

/**
 * The homes that must say by name where some of their identifiers went, or need not any more, once the records of `next`
 * are written and each identifier belongs where `wantedAt` says.
 */
export function ledHomes(
	{ homes, records }: Pick<Redrawing, "homes" | "records">,
	next: ReadonlyMap<ProfileId, ClusterRecord>,
	wantedAt: (id: SeedId) => ProfileId,
): ClusterRecord[] {
	const all = new Map([...records, ...next]);
	/** Homes with a `moved` of their own, copied once: hundreds of identifiers may have one home. */
	const opened = new Map<ProfileId, ClusterRecord & { readonly moved: Record<SeedId, ProfileId> }>();
	const open = (id: ProfileId) => {
		const record = recordOf(id, all);
		const own = { ...record, moved: { ...record.moved } };
		opened.set(id, own);
		all.set(id, own);
		return own;
	};
	const changed = new Set<ProfileId>();
	for (const node of homes) {
		const home = opened.get(node.home) ?? open(node.home);
		const ledTo = home.moved[node.id];
		delete home.moved[node.id];
		const way = wayOf(node, all);
		const wanted = wantedAt(node.id);
		const needed = way?.kind === "live" && way.record.id === wanted ? undefined : wanted;
		if (needed !== undefined) home.moved[node.id] = needed;
		if (needed !== ledTo) changed.add(home.id);
	}
	return [...changed].map((id) => recordOf(id, all));
}

/** Undefined where records lead in a circle: then the home has to say it. */
function wayOf(node: Redrawing["homes"][number], records: ReadonlyMap<ProfileId, ClusterRecord>): Way | undefined {
	try {
		return follow(node, records);
	} catch (error) {
		if (error instanceof ChangedWhileRead) return undefined;
		throw error;
	}
}

function recordOf(id: ProfileId, records: ReadonlyMap<ProfileId, ClusterRecord>): ClusterRecord {
	const record = records.get(id);
	if (!record) throw new Error("the record of an identifier's home was not read");
	return record;
}
