import type { Kind } from "#contracts/definitions/catalogue.ts";
import type { DefinitionRegister, DefinitionWrite } from "#domain/model/definition-register.ts";
import { countsAfter } from "#domain/rules/measures/counts-after.ts";
import type { Hash, Look } from "#domain/rules/measures/measure.ts";
import { lookOfTrait } from "#domain/rules/measures/trait-measure.ts";
import { looksIn } from "#domain/segment/looks-in.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import type { Row } from "./definition-row.ts";
import { freshCounting, type Head, headWrite, readHead } from "./definitions-head.ts";
import { readRows, readVersions, registered, rowWrites } from "./definitions-rows.ts";
import type { ItemStore } from "./item-store.ts";

/** What fits into a transaction: 100 writes, of which each change is two and the head one, and 4 MB; in characters of JSON. */
const TRANSACTION = { changes: 49, length: 500_000 };

/** What refers to others is written after them, and goes before them. */
const KINDS_IN_ORDER: readonly Kind[] = ["tracking-plan", "identity", "trait", "segment", "source", "destination"];

type Deps = { readonly items: ItemStore; readonly hash: Hash; readonly now: () => Date };

/**
 * Definitions over the item store. Up to 49 changes (and half a megabyte) are one transaction, all or nothing; more are several, in an order in
 * which whatever is in force in between fits together, and applying the same again finishes what was interrupted.
 */
export function itemDefinitionRegister({ items, hash, now }: Deps): DefinitionRegister {
	return {
		async read() {
			const [{ edition }, rows] = [await readHead(items), await readRows(items)];
			return { edition, definitions: rows.flatMap((row) => registered(row) ?? []) };
		},

		history: (kind, id) => readVersions(items, kind, id),

		async apply({ edition, writes, by }) {
			const [head, rows] = [await readHead(items), await readRows(items)];
			if (head.edition !== edition) return "refused";
			const at = now();
			const changed = nextRows(rows, writes, { at: at.toISOString(), by });
			const looks = looksAfter([...rows, ...changed]);
			const counts = countsAfter(head.counts, looks, { hash, fresh: freshCounting(head, at) });
			return (await writeAll(items, changed, { edition, counts })) ? "applied" : "refused";
		},
	};
}

/** Writes part after part, each upon the edition of the one before. False when something else came first. */
async function writeAll(items: ItemStore, changed: readonly Row[], { edition, counts }: Head): Promise<boolean> {
	let next = edition;
	for (const part of partsOf(changed)) {
		next++;
		const { kind } = await items.transact([...part.flatMap(rowWrites), headWrite({ edition: next, counts })]);
		if (kind === "refused") return false;
	}
	return true;
}

function partsOf(changed: readonly Row[]): Row[][] {
	const parts: Row[][] = [];
	let room = 0;
	for (const row of changed) {
		const { length } = JSON.stringify(row.definition ?? null);
		const last = parts.at(-1);
		if (last && last.length < TRANSACTION.changes && length <= room) {
			last.push(row);
			room -= length;
		} else {
			parts.push([row]);
			room = TRANSACTION.length - length;
		}
	}
	return parts;
}

function nextRows(rows: readonly Row[], writes: readonly DefinitionWrite[], stamp: { at: string; by: string }): Row[] {
	const versions = new Map(rows.map(({ kind, id, version }) => [`${kind}/${id}`, version]));
	return [...writes].sort(inOrder).map((write): Row => {
		const { kind } = write;
		const id = idOf(write);
		const version = (versions.get(`${kind}/${id}`) ?? 0) + 1;
		return { kind, id, version, ...stamp, ...(write.change === "put" && { definition: write.definition }) };
	});
}

const idOf = (write: DefinitionWrite): string => (write.change === "put" ? write.definition.id : write.id);

function inOrder(a: DefinitionWrite, b: DefinitionWrite): number {
	const [from, to] = [placeOf(a), placeOf(b)];
	return from - to;
}

function placeOf({ change, kind }: DefinitionWrite): number {
	const place = KINDS_IN_ORDER.indexOf(kind);
	return change === "put" ? place : 2 * KINDS_IN_ORDER.length - place;
}

/** What segments and computed traits look at when the last of these rows are in force. */
function looksAfter(rows: readonly Row[]): Look[] {
	const last = new Map(rows.map((row) => [`${row.kind}/${row.id}`, row]));
	const definitions = [...last.values()].flatMap((row) => registered(row) ?? []);
	const segments = new Map(
		definitions.flatMap(({ kind, definition }) => (kind === "segment" ? [[definition.id, definition] as const] : [])),
	);
	return definitions.flatMap(({ kind, definition }): readonly Look[] => {
		if (kind === "segment") return looksIn(readCondition(definition.when, { segments }));
		return kind === "trait" && "compute" in definition ? [lookOfTrait(definition)] : [];
	});
}
