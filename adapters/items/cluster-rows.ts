import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { ChangeCause, ClusterRecord } from "#domain/unify/ports.ts";
import type { Item } from "./item-store.ts";
import { keys } from "./keys.ts";

/** A cluster. What is false or empty is not written. */
export type RecordItem = Item & Said & Partial<typeof NOTHING>;

type Said = {
	readonly version: number;
	readonly namespace: string;
	readonly first: string;
	readonly into?: ProfileId;
	readonly forwards?: ProfileId;
	readonly begun?: ChangeCause;
};

type Merged = readonly [profileId: ProfileId, mergedAt: string, messageId: string];

/** What a record says that says nothing else. */
const NOTHING = {
	members: [] as readonly SeedId[],
	unique: {} as { readonly [namespace: string]: SeedId },
	counts: {} as { readonly [namespace: string]: number },
	denied: [] as readonly SeedId[],
	contested: false,
	saturated: false,
	inexact: false,
	pending: false,
	frontier: "",
	rules: 0,
	lineage: [] as readonly Merged[],
	changed: "",
	moved: {} as { readonly [id: SeedId]: ProfileId },
	unsettled: [] as readonly ProfileId[],
};

export function toRecord({ id, version, root, mergedInto, changedAt, lineage, ...record }: ClusterRecord): RecordItem {
	const told = {
		...record,
		changed: changedAt,
		lineage: lineage.map(({ profileId, mergedAt, messageId }): Merged => [profileId, mergedAt, messageId]),
	};
	return {
		...keys.cluster(id),
		...{ version, namespace: root.namespace, first: root.firstSeen },
		...Object.fromEntries(
			Object.entries(told).filter(([name, value]) => Object.hasOwn(NOTHING, name) && !isNothing(value)),
		),
		...(mergedInto && { into: mergedInto }),
		...(record.forwards && { forwards: record.forwards }),
		...(record.begun && { begun: record.begun }),
	};
}

export function fromRecord(item: RecordItem): ClusterRecord {
	const { pk, version, namespace, first, into, forwards, begun } = item;
	const { changed, lineage, ...rest } = { ...NOTHING, ...onlyOf(item) };
	return {
		id: pk.slice("C#".length) as ProfileId, // the key of a record is made of one
		version,
		root: { namespace, firstSeen: first },
		...rest,
		changedAt: changed,
		lineage: lineage.map(([profileId, mergedAt, messageId]) => ({ profileId, mergedAt, messageId })),
		...(into && { mergedInto: into }),
		...(forwards && { forwards }),
		...(begun && { begun }),
	};
}

/** Of an item what `NOTHING` has names for. */
const onlyOf = (item: RecordItem): Partial<typeof NOTHING> =>
	Object.fromEntries(Object.entries(item).filter(([name]) => Object.hasOwn(NOTHING, name)));

const isNothing = (value: Json): boolean =>
	typeof value === "object" && value !== null ? Object.keys(value).length === 0 : !value;
