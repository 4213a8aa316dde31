import type { SeedId } from "#domain/model/identifier.ts";
import { isSeen } from "./evidence.ts";
import { type JudgeDeps, type JudgedLink, judgeLinks } from "./judge-links.ts";
import type { IdentityJournal, JournalEntry, KnownEdge, KnownNode } from "./ports.ts";
import { rankingOf } from "./ranking.ts";
import { findPlaces, type Place } from "./read-profile.ts";
import { isBlocked, isHub } from "./usable.ts";

/** Links of one page at most: what has more is looked at identifier by identifier. */
const MAX_LINKS = 300;

/** Which identifiers, and which entries of the journal. */
export type IdentityPage = {
	readonly limit: number;
	readonly cursor?: string;
	readonly journal: { readonly limit?: number; readonly cursor?: string };
};

/** An identifier with the number of others it was seen with (`MAX_EDGES` are counted at most). */
export type ShownNode = {
	readonly node: KnownNode;
	readonly peers: number;
	readonly isBlocked: boolean;
	readonly isHub: boolean;
};

/** Why a profile is who it is. */
export type IdentityView = {
	readonly place: Place;
	readonly identifiers: readonly ShownNode[];
	readonly links: readonly JudgedLink[];
	/** Links of these identifiers that were left out, for there are too many. */
	readonly linksLeftOut: number;
	readonly journal: readonly JournalEntry[];
	readonly cursor?: string;
	readonly journalCursor?: string;
};

export type ReadIdentityDeps = JudgeDeps & { readonly journal: Pick<IdentityJournal, "entries"> };

/** The identity of the profile that a seed id leads to, page by page. Undefined when nothing was ever seen under the id. */
export async function readIdentity(
	id: SeedId,
	page: IdentityPage,
	deps: ReadIdentityDeps,
): Promise<IdentityView | undefined> {
	const place = (await findPlaces([id], deps.graph)).get(id);
	if (!place) return undefined;
	const rest = place.members.filter((member) => page.cursor === undefined || member > page.cursor);
	const ids = rest.slice(0, page.limit);
	const [{ nodes }, journal, ...edges] = await Promise.all([
		deps.graph.look({ nodes: ids, edges: [] }),
		deps.journal.entries(place.profileId, page.journal),
		...ids.map((member) => deps.edgesOf(member)),
	]);
	const shown = edges.flatMap((own, i) => own.filter((edge) => isShownAt(edge, ids[i], place)));
	const last = rest.length > ids.length ? ids.at(-1) : undefined;
	const ranking = rankingOf(deps.rules);
	return {
		place,
		identifiers: nodes.toSorted(byId).map((node) => ({
			node,
			peers: Math.max(edges[ids.indexOf(node.id)]?.filter(isSeen).length ?? 0, node.degree ?? 0),
			isBlocked: isBlocked(node, ranking),
			isHub: isHub(node, ranking),
		})),
		links: await judgeLinks(shown.slice(0, MAX_LINKS), deps),
		linksLeftOut: Math.max(0, shown.length - MAX_LINKS),
		journal: journal.entries,
		...(last !== undefined && { cursor: last }),
		...(journal.cursor !== undefined && { journalCursor: journal.cursor }),
	};
}

/** An edge inside the profile is shown once, at the smaller of its ends; one that leads out of it at its own end. */
const isShownAt = ({ a, b }: KnownEdge, id: SeedId | undefined, { members }: Place): boolean =>
	id === a || (id === b && !members.includes(a));

const byId = (x: KnownNode, y: KnownNode): number => (x.id < y.id ? -1 : 1);
