import { CATALOGUE, type DetailType } from "#contracts/bus/catalogue.ts";
import type { ProfilesMerged, ProfilesSplit } from "#contracts/bus/profiles-merged.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { IdentityChange, NodeChange, StructureChange } from "#domain/unify/ports.ts";
import { sourceAttributes, toEdges, toNode, toRecord } from "./identity-rows.ts";
import type { Write } from "./item-store.ts";
import { keys } from "./keys.ts";
import { outboxWrite } from "./outbox.ts";

type Moment = { readonly vault: IdentifierVault; readonly now: Date };

/**
 * The writes of one change, all or nothing. The versions of the records guard everything that is evidence about their
 * members; an identifier without a cluster guards itself.
 */
export const writesOf = (change: IdentityChange, moment: Moment): Write[] => [
	...change.nodes.map((node) => nodeWrite(node, moment.vault)),
	...change.edges.flatMap(toEdges).map((item): Write => ({ kind: "put", item })),
	...change.records.map((record): Write => {
		const condition = record.version === 1 ? { absent: true as const } : { equals: { version: record.version - 1 } };
		return { kind: "put", item: toRecord(record), condition };
	}),
	...change.unchanged.map(({ id, version }): Write => {
		return { kind: "check", key: keys.cluster(id), condition: { equals: { version } } };
	}),
	...(change.structure
		? [...journal(change.structure, change, moment), ...news(change.structure, change, moment)]
		: []),
];

function nodeWrite({ node, before }: NodeChange, vault: IdentifierVault): Write {
	if (!before) return { kind: "put", item: toNode(node, vault), condition: { absent: true } };
	const set = {
		first: node.firstSeen,
		last: node.lastSeen,
		...(node.home && { home: node.home }),
		...sourceAttributes(node.sources),
	};
	const asRead = { first: before.firstSeen, last: before.lastSeen, home: before.home ?? null };
	return { kind: "update", key: keys.node(node.id), changes: { set }, condition: { equals: asRead } };
}

/** Every cluster that changed says by which event, from what, and into what: enough to explain it and to undo it. */
function journal(structure: StructureChange, { cause, edges }: IdentityChange, { now }: Moment): Write[] {
	const at = now.toISOString();
	const { from, to, merged, split } = structure;
	return to.map(({ id, version }): Write => {
		return {
			kind: "put",
			item: {
				...keys.journal(id, at, String(version)),
				at,
				message: cause.messageId,
				source: cause.source,
				edges: edges.map(({ a, b, firstSeen }) => ({ a, b, first: firstSeen })),
				from: from.map((cluster) => ({ id: cluster.id, members: cluster.members })),
				to: to.map((cluster) => ({ id: cluster.id, members: cluster.members })),
				merged: merged.map(({ survivor, retired }) => ({ survivor, retired })),
				split: split.map((part) => ({ from: part.from, into: part.into })),
			},
		};
	});
}

/** Who became one and who became several, for the bus; told once, for a cluster's version is given once. */
function news({ merged, split }: StructureChange, { cause, records }: IdentityChange, { now }: Moment): Write[] {
	const told = { version: 1 as const, at: now.toISOString(), messageId: cause.messageId };
	const versions = new Map(records.map(({ id, version }) => [id, version]));
	return [
		...merged.map(({ survivor, retired }) => {
			const detail: ProfilesMerged = { ...told, profileId: survivor, retired: [...retired] };
			return tell("ProfilesMerged", `${survivor}-${versions.get(survivor)}`, { detail, now });
		}),
		...split.map(({ from, into }) => {
			const detail: ProfilesSplit = { ...told, from, into: [...into] };
			return tell("ProfilesSplit", `${from}-${versions.get(from)}`, { detail, now });
		}),
	];
}

const tell = (detailType: DetailType, id: string, { detail, now }: { detail: object; now: Date }): Write =>
	outboxWrite(`${detailType}-${id}`, { source: CATALOGUE[detailType], detailType, detail }, now);
