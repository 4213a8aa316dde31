import { CATALOGUE, type DetailType } from "#contracts/bus/catalogue.ts";
import type { IdentityChanged } from "#contracts/bus/identity-changed.ts";
import type { ProfilesMerged, ProfilesSplit } from "#contracts/bus/profiles-merged.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { edgeKey } from "#domain/unify/evidence.ts";
import { journalIdOf } from "#domain/unify/journal-id.ts";
import type { HealthMark, IdentityChange, KnownEdge, NodeChange, StructureChange } from "#domain/unify/ports.ts";
import { toRecord } from "./cluster-rows.ts";
import { journalWrites } from "./identity-journal.ts";
import { nodeMarks, sourceAttributes, toEdges, toNode } from "./identity-rows.ts";
import type { Write } from "./item-store.ts";
import { keys } from "./keys.ts";
import { outboxWrite } from "./outbox.ts";

type Moment = { readonly vault: IdentifierVault; readonly now: Date };

/**
 * The writes of one change, all or nothing. The versions of the records guard everything that is evidence about their
 * members; an identifier without a cluster guards itself.
 */
export const writesOf = (change: IdentityChange, { vault, now }: Moment): Write[] => [
	...change.nodes.map((node) => nodeWrite(node, vault)),
	...change.edges.flatMap((edge) => edgeWrites(edge, change)),
	...change.records.map((record): Write => {
		const condition = record.version === 1 ? { absent: true as const } : { equals: { version: record.version - 1 } };
		return { kind: "put", item: toRecord(record), condition };
	}),
	...change.unchanged.map(({ id, version }): Write => {
		return { kind: "check", key: keys.cluster(id), condition: { equals: { version } } };
	}),
	...journalWrites(change),
	...(change.structure ? news(change.structure, change, now) : []),
	...change.health.map(healthWrite),
];

function nodeWrite({ node, before }: NodeChange, vault: IdentifierVault): Write {
	if (!before) return { kind: "put", item: toNode(node, vault), condition: { absent: true } };
	// What a person said is no matter of the condition, so it is written only by who says something else.
	const { blocked, ...others } = nodeMarks(node);
	const marks = { ...others, ...(blocked && node.blocked?.id !== before.blocked?.id && { blocked }) };
	const set = { first: node.firstSeen, last: node.lastSeen, ...marks, ...sourceAttributes(node.sources) };
	const remove = Object.keys(nodeMarks(before)).filter((name) => name !== "blocked" && !Object.hasOwn(marks, name));
	const asRead = {
		first: before.firstSeen,
		last: before.lastSeen,
		home: before.home ?? null,
		degree: before.degree ?? null,
		hub: before.hub ?? null,
		shared: before.shared ?? null,
	};
	const changes = { set, ...(remove.length > 0 && { remove }) };
	return { kind: "update", key: keys.node(node.id), changes, condition: { equals: asRead } };
}

/** Rows are not read at one moment: one that was not there may be by now, and what it counts be counted. */
function edgeWrites(edge: KnownEdge, { hubs, fresh }: IdentityChange): Write[] {
	const condition = fresh?.has(edgeKey(edge)) ? { condition: { absent: true as const } } : {};
	return toEdges(edge, hubs).map((item) => ({ kind: "put", item, ...condition }));
}

function healthWrite({ kind, id, is }: HealthMark): Write {
	const key = keys.identityHealth(kind, id);
	return is ? { kind: "put", item: key } : { kind: "delete", key };
}

/** Who became one, who became several, and who belongs where, for the bus; told once, for a cluster's version is given once. */
function news({ merged, split, moved }: StructureChange, { at, cause, journal, records }: IdentityChange, now: Date) {
	const versions = new Map(records.map(({ id, version }) => [id, version]));
	if (!journal) throw new Error("a change of who is who has no journal");
	const messageId = cause.kind === "event" ? cause.messageId : journalIdOf(journal);
	const told = { version: 1 as const, at, messageId };
	return [
		...merged.map(({ survivor, retired, lineage }) => {
			const detail: ProfilesMerged = { ...told, profileId: survivor, retired: [...retired], lineage: [...lineage] };
			return tell("ProfilesMerged", `${survivor}-${versions.get(survivor)}`, { detail, now });
		}),
		...split.map(({ from, into }) => {
			const parts = into.map((part) => ({ ...part, seedIds: [...part.seedIds], lineage: [...part.lineage] }));
			const detail: ProfilesSplit = { ...told, from, into: parts.map(({ profileId }) => profileId), parts };
			return tell("ProfilesSplit", `${from}-${versions.get(from)}`, { detail, now });
		}),
		...(moved.length === 0
			? []
			: [tell("IdentityChanged", journalIdOf(journal), { detail: { ...told, changes: [...moved] }, now })]),
	];
}

type Detail = ProfilesMerged | ProfilesSplit | IdentityChanged;

const tell = (detailType: DetailType, id: string, { detail, now }: { detail: Detail; now: Date }): Write =>
	outboxWrite(`${detailType}-${id}`, { source: CATALOGUE[detailType], detailType, detail }, now);
